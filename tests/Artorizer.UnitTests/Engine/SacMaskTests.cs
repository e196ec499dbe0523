using Artorizer.Imaging;

namespace Artorizer.UnitTests.Engine;

public sealed class SacMaskTests
{
    private const string Dual = "53414331000102000600000006000000030000000200000000000100ffff0200feff03000500fbff0400fcff00000100";
    private const string Single = "53414331010101000600000006000000030000000200000000000100ffff0200feff0300";
    private static readonly short[] A = [0, 1, -1, 2, -2, 3];
    private static readonly short[] B = [5, -5, 4, -4, 0, 1];

    [Fact]
    public void Encodes_the_vectors()
    {
        Assert.Equal(Dual, Convert.ToHexStringLower(new SacMask(A, B, 3, 2).Encode()));
        Assert.Equal(Single, Convert.ToHexStringLower(new SacMask(A, null, 3, 2).Encode()));
    }

    [Fact]
    public void Decodes_the_vectors()
    {
        var dual = SacMask.Decode(Convert.FromHexString(Dual));
        Assert.Equal(A, dual.A.ToArray());
        Assert.Equal(B, dual.B!.Value.ToArray());
        Assert.Equal((3, 2), (dual.Width, dual.Height));

        var single = SacMask.Decode(Convert.FromHexString(Single));
        Assert.Equal(A, single.A.ToArray());
        Assert.Null(single.B);
    }

    [Theory]
    [InlineData("")]
    [InlineData("53414332010101000600000006000000030000000200000000000100ffff0200feff0300")]
    [InlineData("53414331010101000600000006000000030000000200000000000100ffff0200feff03")]
    [InlineData("53414331010101000600000006000000030000000200000000000100ffff0200feff030000")]
    [InlineData("53414331010201000600000006000000030000000200000000000100ffff0200feff0300")]
    [InlineData("53414331010102000600000006000000030000000200000000000100ffff0200feff0300")]
    [InlineData("53414331010101000600000006000000030000000300000000000100ffff0200feff0300")]
    [InlineData("53414331010101000600000005000000030000000200000000000100ffff0200feff0300")]
    [InlineData("5341433101010100ffffffffffffffffffffffffffffffff00000100ffff0200feff0300")]
    public void Refuses_what_is_not_exactly_right(string hex) =>
        Assert.Throws<InvalidDataException>(() => SacMask.Decode(Convert.FromHexString(hex)));

    [Fact]
    public void Arrays_that_are_no_image_have_no_size()
    {
        var mask = SacMask.Decode(new SacMask(A, B.AsMemory(0, 2), 0, 0).Encode());
        Assert.Equal((6, 2, 0), (mask.A.Length, mask.B!.Value.Length, mask.Width));
        Assert.Throws<ArgumentException>(() => new SacMask(A, null, 2, 2));
    }
}

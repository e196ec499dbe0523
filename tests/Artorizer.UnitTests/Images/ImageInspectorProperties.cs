using FsCheck;
using FsCheck.Fluent;

namespace Artorizer.UnitTests.Images;

/// <summary>Whatever the bytes and wherever they are cut: one answer, no exception, an end.</summary>
public sealed class ImageInspectorProperties
{
    private static readonly byte[][] Files = [.. ImageFixture.All.Select(fixture => fixture.Read())];

    public static TheoryData<string> Names => ImageFixture.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_single_byte_may_be_anything(string name)
    {
        var data = ImageFixture.Read(name);
        for (var i = 0; i < data.Length; i++)
        {
            var original = data[i];
            foreach (var value in new byte[] { 0, 0xFF, (byte)(original + 1), (byte)(original ^ 0x80) })
            {
                data[i] = value;
                Assert.Equal(Inspect.Whole(data), Inspect.InChunks(data, 13));
            }

            data[i] = original;
        }
    }

    [Fact]
    public void Cuts_do_not_matter_in_whole_files() =>
        Check(from file in Gen.Elements(Files)
              from cuts in Cuts
              select (file, cuts));

    [Fact]
    public void Cuts_do_not_matter_in_damaged_files() =>
        Check(from file in Gen.Elements(Files)
              from damage in Gen.Choose(0, 1 << 20).Two().ArrayOf()
              from cuts in Cuts
              select (Damage(file, damage), cuts));

    [Fact]
    public void Cuts_do_not_matter_in_noise_behind_a_signature() =>
        Check(from file in Gen.Elements(Files)
              from kept in Gen.Choose(0, 64)
              from noise in ArbMap.Default.GeneratorFor<byte[]>()
              from cuts in Cuts
              select ((byte[])[.. file.AsSpan(0, kept), .. noise], cuts));

    private static Gen<int[]> Cuts => Gen.Choose(0, int.MaxValue).ArrayOf();

    private static void Check(Gen<(byte[] File, int[] Cuts)> cases) =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(TestLength.Of(500, 100_000)).WithEndSize(60),
            Prop.ForAll(cases.ToArbitrary(), input => Inspect.Whole(input.File) == Inspect.CutAt(input.File, input.Cuts)));

    private static byte[] Damage(byte[] file, (int Place, int Value)[] damage)
    {
        var copy = file.ToArray();
        foreach (var (place, value) in damage)
        {
            copy[place % copy.Length] = (byte)value;
        }

        return copy;
    }
}

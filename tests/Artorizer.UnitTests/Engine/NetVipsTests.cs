using NetVips;

namespace Artorizer.UnitTests.Engine;

/// <summary>The binding to libvips: objects are freed, errors and exceptions arrive.</summary>
[Collection(nameof(NetVipsTests))]
public sealed class NetVipsTests
{
    private static readonly byte[] Png = MakePng();

    [Fact]
    public void A_thousand_images_leave_nothing_behind()
    {
        Cache.Max = 0;
        Round();
        var (memory, files) = (Stats.Mem, Stats.Files);
        for (var i = 0; i < 1000; i++)
        {
            Round();
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.True(Stats.Mem - memory < 1 << 20, $"{Stats.Mem - memory} bytes more");
        Assert.Equal(files, Stats.Files);

        static void Round()
        {
            using var stream = new MemoryStream(Png);
            using var image = Image.NewFromStream(stream, access: Enums.Access.Sequential);
            using var small = image.ThumbnailImage(32);
            using var target = new MemoryStream();
            small.WriteToStream(target, ".webp");
            Assert.True(target.Length > 0);
        }
    }

    [Fact]
    public void Errors_carry_the_text_of_the_library_once()
    {
        var first = Assert.Throws<VipsException>(() => Image.NewFromBuffer("nonsense"u8.ToArray()));
        Assert.Contains("not in a known format", first.Message);
        var second = Assert.Throws<VipsException>(() => Image.Pngload("/nonexistent.png"));
        Assert.DoesNotContain("known format", second.Message);
    }

    [Fact]
    public void What_a_stream_throws_is_the_inner_exception()
    {
        var writing = Assert.Throws<VipsException>(() =>
        {
            using var image = Image.NewFromBuffer(Png);
            using var stream = new BrokenStream();
            image.WriteToStream(stream, ".png");
        });
        Assert.IsType<TimeZoneNotFoundException>(writing.InnerException);
        var reading = Assert.Throws<VipsException>(() =>
        {
            using var stream = new BrokenStream();
            using var image = Image.NewFromStream(stream);
        });
        Assert.IsType<TimeZoneNotFoundException>(reading.InnerException);
    }

    [Fact]
    public void Killed_images_fail_and_may_live_again()
    {
        using var image = Image.NewFromBuffer(Png);
        image.SetKill(true);
        Assert.Throws<VipsException>(() => image.WriteToMemory<byte>());
        Assert.False(image.IsKilled()); // the flag is used up by what it stopped
        Assert.Equal(200 * 100 * 3, image.WriteToMemory<byte>().Length);
    }

    [Fact]
    public void Metadata_of_every_kind_can_be_set_and_read()
    {
        using var image = Image.NewFromBuffer(Png);
        using var changed = image.Mutate(target =>
        {
            target.Set(GValue.GIntType, "an-int", 7);
            target.Set(GValue.GDoubleType, "a-double", 1.5);
            target.Set(GValue.RefStrType, "a-string", "näïve");
            target.Set(GValue.BlobType, "a-blob", new byte[] { 1, 2, 3 });
            target.Set(GValue.ArrayIntType, "ints", new[] { 4, 5 });
        });
        Assert.False(image.Contains("an-int"));
        Assert.Equal(7, changed.Get("an-int"));
        Assert.Equal(1.5, changed.Get("a-double"));
        Assert.Equal("näïve", changed.Get("a-string"));
        Assert.Equal([1, 2, 3], (byte[])changed.Get("a-blob"));
        Assert.Equal([4, 5], (int[])changed.Get("ints"));
        Assert.Contains("a-blob", changed.GetFields());
    }

    [Fact]
    public void Unknown_options_are_refused() =>
        Assert.Throws<ArgumentException>(() => Operation.Call("black", new VOption { ["colour"] = 1 }, 8, 8));

    private static byte[] MakePng()
    {
        using var image = Image.NewFromMemory(Enumerable.Range(0, 200 * 100 * 3).Select(i => (byte)(i * 7)).ToArray(), 200, 100, 3, Enums.BandFormat.Uchar);
        return image.WriteToBuffer(".png");
    }

    private sealed class BrokenStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new TimeZoneNotFoundException();

        public override void Write(byte[] buffer, int offset, int count) => throw new TimeZoneNotFoundException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}

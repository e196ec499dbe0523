using Artorizer.Imaging;

namespace Artorizer.UnitTests.Images;

internal static class Inspect
{
    public static ImageInspection Whole(ReadOnlySpan<byte> data, ImageLimits? limits = null)
    {
        var inspector = new ImageInspector(limits);
        inspector.Append(data);
        return inspector.Complete();
    }

    public static ImageInspection InChunks(ReadOnlySpan<byte> data, int size)
    {
        var inspector = new ImageInspector();
        for (; data.Length > size; data = data[size..])
        {
            inspector.Append(data[..size]);
        }

        inspector.Append(data);
        return inspector.Complete();
    }

    /// <summary>Cuts the data at the given places, taken modulo its length.</summary>
    public static ImageInspection CutAt(ReadOnlySpan<byte> data, IEnumerable<int> places)
    {
        var inspector = new ImageInspector();
        var start = 0;
        var length = data.Length;
        foreach (var place in places.Select(place => (int)((uint)place % (uint)(length + 1))).Order())
        {
            inspector.Append(data[start..place]);
            start = place;
        }

        inspector.Append(data[start..]);
        return inspector.Complete();
    }

    /// <summary>Appends byte by byte and returns after how many of them the failure was known; the length if it was not.</summary>
    public static int LengthUntilFailure(ReadOnlySpan<byte> data, ImageFailureReason reason)
    {
        var inspector = new ImageInspector();
        for (var i = 0; i < data.Length; i++)
        {
            inspector.Append(data.Slice(i, 1));
            if (inspector.Failure is { } failure)
            {
                Assert.Equal(reason, failure.Reason);
                return i + 1;
            }
        }

        return data.Length;
    }
}

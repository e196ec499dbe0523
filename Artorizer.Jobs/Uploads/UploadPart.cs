using System.Globalization;
using Artorizer.Jobs.Objects;

namespace Artorizer.Jobs.Uploads;

/// <summary>One stored run of bytes.</summary>
/// <param name="Key">Its object.</param>
/// <param name="Offset">Where in the file it begins.</param>
/// <param name="Length">Bytes.</param>
public sealed record UploadPart(string Key, long Offset, long Length)
{
    private const int OffsetDigits = 16;

    /// <summary>First byte that is not in it.</summary>
    public long End => Offset + Length;

    /// <summary>The last segment of a new part's key. Parts that begin at the same byte differ, so no writer ever replaces another's.</summary>
    public static string NewName(long offset) =>
        string.Create(CultureInfo.InvariantCulture, $"{offset.ToString("x" + OffsetDigits, CultureInfo.InvariantCulture)}-{Guid.NewGuid():N}");

    /// <summary>
    /// Chooses the parts that make up the file from its first byte on, as far as they reach without a gap. Parts may overlap:
    /// a connection that was taken for dead may have stored a little more after another had taken over.
    /// </summary>
    /// <param name="objects">Objects of the upload, in any order.</param>
    public static IReadOnlyList<UploadPart> Chain(IEnumerable<StoredObject> objects)
    {
        var chain = new List<UploadPart>();
        var end = 0L;
        UploadPart? best = null;
        foreach (var part in objects.Select(Of).Where(p => p is { Length: > 0 }).Select(p => p!).OrderBy(p => p.Offset))
        {
            if (part.Offset > end && best is not null)
            {
                chain.Add(best);
                end = best.End;
                best = null;
            }

            if (part.Offset > end)
            {
                break;
            }

            if (part.End > (best?.End ?? end))
            {
                best = part;
            }
        }

        if (best is not null)
        {
            chain.Add(best);
        }

        return chain;
    }

    private static UploadPart? Of(StoredObject stored)
    {
        var name = stored.Key.AsSpan(stored.Key.LastIndexOf('/') + 1);
        return name.Length > OffsetDigits && name[OffsetDigits] == '-'
            && long.TryParse(name[..OffsetDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var offset) && offset >= 0
                ? new UploadPart(stored.Key, offset, stored.Length)
                : null;
    }
}

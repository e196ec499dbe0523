using Artorizer.Contracts.Api;
using Artorizer.Jobs.Engine;

namespace Artorizer.Router.Jobs;

/// <summary>File names of downloads, made from the title so that people recognise them.</summary>
internal static class DownloadNames
{
    private const int MaxTitle = 120;

    // What Windows, macOS or a shell would trip over.
    private static readonly char[] Unsafe = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

    public static string Of(ProtectionTask task, string variant)
    {
        var title = string.Concat(task.Title.Select(c => char.IsControl(c) || Unsafe.Contains(c) ? '_' : c)).Trim(' ', '.');
        if (title.Length > MaxTitle)
        {
            title = title[..(char.IsHighSurrogate(title[MaxTitle - 1]) ? MaxTitle - 1 : MaxTitle)];
        }

        if (title.Length == 0)
        {
            title = "artwork";
        }

        var extension = ArtifactKeys.Extension(variant, task.Original.Format);
        return variant == ArtifactKeys.Original ? title + extension : $"{title}-{variant}{extension}";
    }
}

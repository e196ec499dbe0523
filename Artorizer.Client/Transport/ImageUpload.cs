namespace Artorizer.Client.Transport;

/// <summary>An image on its way up; opened anew for each attempt.</summary>
internal sealed class ImageUpload
{
    private readonly Func<Stream> _open;
    private readonly IProgress<long>? _progress;

    private ImageUpload(Func<Stream> open, string fileName, bool canRepeat, IProgress<long>? progress) =>
        (_open, FileName, CanRepeat, _progress) = (open, fileName, canRepeat, progress);

    public string FileName { get; }

    /// <summary>Whether the bytes can be read a second time.</summary>
    public bool CanRepeat { get; }

    public static ImageUpload OfFile(string path, IProgress<long>? progress) =>
        new(() => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan),
            Path.GetFileName(path), canRepeat: true, progress);

    /// <param name="stream">Read from where it stands; left open.</param>
    /// <param name="fileName">What to call it.</param>
    /// <param name="progress">Told of the bytes sent.</param>
    public static ImageUpload OfStream(Stream stream, string fileName, IProgress<long>? progress)
    {
        var start = stream.CanSeek ? stream.Position : 0;
        return new(
            () =>
            {
                if (stream.CanSeek)
                {
                    stream.Position = start;
                }

                return new UnownedStream(stream);
            },
            fileName, stream.CanSeek, progress);
    }

    public Stream Open() => new CountingStream(_open(), _progress);
}

namespace Artorizer.Cli;

/// <summary>How far one file is: 0..30 % upload, 30..95 % work, the rest downloads.</summary>
internal sealed class FileProgress(Action<string, double> show)
{
    public static FileProgress None { get; } = new((_, _) => { });

    public void Report(string phase, double percent) => show(phase, percent);

    /// <summary>Bytes of an upload as progress; reported on the thread that sends.</summary>
    public IProgress<long> Upload(long length) => new ImmediateProgress(sent => show("uploading", 30.0 * sent / Math.Max(1, length)));

    private sealed class ImmediateProgress(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}

using System.ComponentModel.DataAnnotations;
using Artorizer.Processor.Images;

namespace Artorizer.Processor;

/// <summary>Settings of the image engine, from the configuration section <c>Processor</c>.</summary>
public sealed class ProcessorOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Processor";

    /// <summary>
    /// What callers must know to have images processed, at least 24 characters; theirs is <c>Engine:Secret</c>. None by default: then
    /// only callers on the loopback interface are served.
    /// </summary>
    [MinLength(24)]
    public string? Secret { get; set; }

    /// <summary>Largest original in bytes. Checked against the declared length and while reading. 256 MiB by default.</summary>
    [Range(1, long.MaxValue)]
    public long MaxSourceBytes { get; set; } = 256L << 20;

    /// <summary>Most pixels of all frames that are decoded, checked on the header before. 100,000,000 by default.</summary>
    [Range(1, 2_000_000_000)]
    public long MaxPixels { get; set; } = 100_000_000;

    /// <summary>Longest side in pixels. 32,767 by default.</summary>
    [Range(1, 65_535)]
    public int MaxSide { get; set; } = 32_767;

    /// <summary>Longest time for one job from admission to its last artifact; then it fails with <c>timed_out</c>. 120 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan JobTimeout { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// How long running jobs may go on after the host was told to stop; then their callers are told to try another engine. 20 s by
    /// default.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ShutdownGrace { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Images worked on at once. 0, the default, means one for each processor core.</summary>
    [Range(0, 1024)]
    public int Concurrency { get; set; }

    /// <summary>Admitted jobs that may wait for a core; further ones are refused with RESOURCE_EXHAUSTED. 64 by default.</summary>
    [Range(0, 100_000)]
    public int QueueLength { get; set; } = 64;

    /// <summary>
    /// Bytes that the pictures that are worked on may take together, by what their headers say; further ones wait. 0, the default,
    /// means half of what the machine has, or of what the container is allowed.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long MemoryBudget { get; set; }

    /// <summary>
    /// Threads that libvips uses for one image. 1 by default: with one image for each core, more threads
    /// only add switching. Raise it where <see cref="Concurrency"/> is below the number of cores.
    /// </summary>
    [Range(1, 256)]
    public int VipsThreads { get; set; } = 1;

    /// <summary>
    /// Which libvips is loaded: <see cref="LibvipsChoice.Bundled"/>, the default, or <see cref="LibvipsChoice.System"/>, which reads and
    /// writes HEIC where the installed library does. A process has one libvips, whatever it hosts.
    /// </summary>
    [EnumDataType(typeof(LibvipsChoice))]
    public LibvipsChoice Libvips { get; set; }

    /// <summary>Folder for temporary files; each job has a folder of its own in it, removed at its end. The system's by default.</summary>
    public string? TempDirectory { get; set; }

    /// <summary>Longest side of the thumbnail in pixels. 512 by default.</summary>
    [Range(16, 4096)]
    public int ThumbnailSide { get; set; } = 512;

    /// <summary>Attempts for one read or write of the object store. 3 by default.</summary>
    [Range(1, 10)]
    public int TransferAttempts { get; set; } = 3;

    internal long EffectiveMemoryBudget => MemoryBudget > 0 ? MemoryBudget : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    internal int EffectiveConcurrency => Concurrency > 0 ? Concurrency : Environment.ProcessorCount;
}

using System.Globalization;
using System.Runtime.CompilerServices;
using Artorizer.Contracts.Jobs;
using Artorizer.Imaging;
using Artorizer.Processor.Engine;
using Microsoft.Extensions.Options;
using NetVips;

namespace Artorizer.Processor.Images;

/// <summary>The libvips of this process: set up once, and asked which formats it really reads and writes.</summary>
public sealed class ImageLibrary
{
    private const int ProbeSide = 64;
    private readonly HashSet<ImageFormat> _readable;
    private readonly HashSet<ImageFormat> _writable;

    /// <summary>Loads and sets up libvips: no operation cache, untrusted loaders blocked, few threads for each image.</summary>
    /// <exception cref="OptionsValidationException">It is not there.</exception>
    public ImageLibrary(IOptions<ProcessorOptions> options)
    {
        // Nothing of the binding may be named here: it starts as soon as a method that uses it is compiled.
        VipsLoader.Load(options.Value.Libvips);
        Source = ReadSource();
        Version = Start(options.Value);
        (_readable, _writable) = ReadFormats();
    }

    /// <summary>Such as <c>8.18.7</c>.</summary>
    public string Version { get; }

    /// <summary>Where the library that is loaded comes from.</summary>
    public LibvipsChoice Source { get; }

    /// <summary>Formats that images can be read in, the commonest first.</summary>
    public IReadOnlyList<string> Readable => Names(_readable);

    /// <summary>Formats that images can be written in, the commonest first.</summary>
    public IReadOnlyList<string> Writable => Names(_writable);

    /// <summary>Refuses a format that cannot be read.</summary>
    /// <exception cref="EngineException"><c>unsupported_format</c>.</exception>
    internal void RequireReadable(ImageFormat format)
    {
        if (!_readable.Contains(format))
        {
            throw Unsupported(format, "read");
        }
    }

    /// <summary>Refuses a format that cannot be written.</summary>
    /// <exception cref="EngineException"><c>unsupported_format</c>.</exception>
    internal void RequireWritable(ImageFormat format)
    {
        if (!_writable.Contains(format))
        {
            throw Unsupported(format, "write");
        }
    }

    private EngineException Unsupported(ImageFormat format, string verb)
    {
        var (library, wayOut) = Source == LibvipsChoice.Bundled
            ? ("The bundled libvips", "run the image engine with a system libvips that can (Processor:Libvips = system)")
            : ("The system's libvips", "install its codec on the image engine's machine");
        return new EngineException(
            JobErrorCodes.UnsupportedFormat,
            $"{library} {Version} cannot {verb} {format.Name} ({format.FileExtension}) images; convert the image to another format, or {wayOut}.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Start(ProcessorOptions options)
    {
        if (!ModuleInitializer.VipsInitialized)
        {
            var reason = "libvips could not be started: " + ModuleInitializer.Exception?.Message;
            throw new OptionsValidationException(nameof(ProcessorOptions.Libvips), typeof(ProcessorOptions), [reason]);
        }

        if (VipsLoader.LoadedFiles() is { Count: > 1 } files)
        {
            throw new InvalidOperationException($"NetVips was used before libvips was chosen; loaded are {string.Join(" and ", files)}.");
        }

        NetVips.NetVips.BlockUntrusted = true;
        NetVips.NetVips.Concurrency = options.VipsThreads;
        Cache.Max = 0;
        Cache.MaxMem = 0;
        Cache.MaxFiles = 0;
        return string.Join('.', Enumerable.Range(0, 3).Select(part => NetVips.NetVips.Version(part).ToString(CultureInfo.InvariantCulture)));
    }

    private static LibvipsChoice ReadSource() =>
        VipsLoader.LoadedFiles().Any(file => !file.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal))
            ? LibvipsChoice.System
            : LibvipsChoice.Bundled;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (HashSet<ImageFormat> Readable, HashSet<ImageFormat> Writable) ReadFormats()
    {
        var folder = Directory.CreateTempSubdirectory("artorizer-formats-");
        var quiet = Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, static (_, _, _) => { }); // what is missing is the answer
        try
        {
            return (
                [.. VipsFormat.All.Where(format => CanRead(format, folder.FullName)).Select(format => format.Format)],
                [.. VipsFormat.All.Where(format => CanWrite(format, folder.FullName)).Select(format => format.Format)]);
        }
        finally
        {
            Log.RemoveLogHandler("VIPS", quiet);
            folder.Delete(recursive: true);
        }
    }

    private static IReadOnlyList<string> Names(HashSet<ImageFormat> formats) =>
        [.. ImageFormats.All.Where(formats.Contains).Select(format => format.Id)];

    private static bool CanWrite(VipsFormat format, string folder)
    {
        var source = new SourceInfo(
            format.Format, ProbeSide, ProbeSide, Frames: 1, "RGB", Bits: 8, HasAlpha: false, Orientation: 1,
            IsProgressive: false, IsSubsampled: false, IsLossless: false, JpegQuality: 0);
        return Succeeds(() =>
        {
            using var black = Image.Black(ProbeSide, ProbeSide, bands: 3);
            using var picture = black.Copy(interpretation: Enums.Interpretation.Srgb);
            format.Save(picture, source, Path.Combine(folder, format.Format.Id));
        });
    }

    /// <summary>In the HEIF container one loader stands for several codecs, so there a picture of that coding is decoded.</summary>
    private static bool CanRead(VipsFormat format, string folder)
    {
        if (NetVips.NetVips.TypeFind("VipsOperation", format.Loader) == 0)
        {
            return false;
        }

        using var sample = typeof(ImageLibrary).Assembly.GetManifestResourceStream("probe." + format.Format.Id);
        if (sample is null)
        {
            return true;
        }

        var path = Path.Combine(folder, "read." + format.Format.Id);
        using (var file = File.Create(path))
        {
            sample.CopyTo(file);
        }

        return Succeeds(() =>
        {
            using var image = format.Open(new OpenRequest(path));
            image.WriteToMemory<byte>();
        });
    }

    private static bool Succeeds(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (VipsException)
        {
            return false; // that is the answer
        }
    }
}

using System.Runtime.InteropServices;
using NetVips.Internal;

namespace NetVips;

public unsafe partial class Image
{
    public void WriteToFile(string vipsFilename, VOption kwargs = null)
    {
        var filename = Native.FilenameGetFilename(vipsFilename);
        var operationName = Marshal.PtrToStringUTF8(Native.FindSave(filename));
        var plainName = Native.TakeString(filename, free: true);
        if (operationName == null)
        {
            throw new VipsException($"unable to write to file {vipsFilename}");
        }

        var options = new VOption().With(kwargs);
        options["string_options"] = Native.TakeString(Native.FilenameGetOptions(vipsFilename), free: true);
        Call(operationName, options, plainName);
    }

    public byte[] WriteToBuffer(string formatString, VOption kwargs = null)
    {
        using var target = Target.NewToMemory();
        WriteToTarget(target, formatString, kwargs);
        return target.Blob;
    }

    public void WriteToTarget(Target target, string formatString, VOption kwargs = null)
    {
        var operationName = Marshal.PtrToStringUTF8(Native.FindSaveTarget(formatString));
        if (operationName == null)
        {
            throw new VipsException("unable to write to target");
        }

        var options = new VOption().With(kwargs);
        options["string_options"] = Native.TakeString(Native.FilenameGetOptions(formatString), free: true);
        Call(operationName, options, target);
    }

    public void WriteToStream(Stream stream, string formatString, VOption kwargs = null)
    {
        using var target = TargetStream.NewFromStream(stream);
        WriteToTarget(target, formatString, kwargs);
    }

    /// <summary>Evaluates the image into memory that the caller frees with <see cref="NetVips.Free"/>.</summary>
    public nint WriteToMemory(out ulong size)
    {
        var pointer = Native.ImageWriteToMemory(this, out var length);
        size = length;
        return pointer == 0 ? throw new VipsException("unable to write to memory") : pointer;
    }

    public T[] WriteToMemory<T>()
        where T : unmanaged
    {
        if ((ulong)sizeof(T) != Native.FormatSizeof((int)Format))
        {
            throw new ArgumentException($"Band format '{Format}' does not match the requested type '{typeof(T)}'.");
        }

        var pointer = WriteToMemory(out var size);
        try
        {
            return new ReadOnlySpan<T>((void*)pointer, checked((int)(size / (ulong)sizeof(T)))).ToArray();
        }
        finally
        {
            Native.Free(pointer);
        }
    }

    public void Jpegsave(string filename, int? q = null, bool? optimizeCoding = null, bool? interlace = null, bool? trellisQuant = null, bool? overshootDeringing = null, bool? optimizeScans = null, int? quantTable = null, Enums.ForeignSubsample? subsampleMode = null, int? restartInterval = null, Enums.ForeignKeep? keep = null, double[] background = null, int? pageHeight = null, string profile = null) =>
        Call("jpegsave", SaveOptions(keep, background, pageHeight, profile, ("Q", q), ("optimize_coding", optimizeCoding), ("interlace", interlace), ("trellis_quant", trellisQuant), ("overshoot_deringing", overshootDeringing), ("optimize_scans", optimizeScans), ("quant_table", quantTable), ("subsample_mode", subsampleMode), ("restart_interval", restartInterval)), filename);

    public void Pngsave(string filename, int? compression = null, bool? interlace = null, Enums.ForeignPngFilter? filter = null, bool? palette = null, int? q = null, double? dither = null, int? bitdepth = null, int? effort = null, Enums.ForeignKeep? keep = null, double[] background = null, int? pageHeight = null, string profile = null) =>
        Call("pngsave", SaveOptions(keep, background, pageHeight, profile, ("compression", compression), ("interlace", interlace), ("filter", filter), ("palette", palette), ("Q", q), ("dither", dither), ("bitdepth", bitdepth), ("effort", effort)), filename);

    public void Webpsave(string filename, int? q = null, bool? lossless = null, bool? exact = null, Enums.ForeignWebpPreset? preset = null, bool? smartSubsample = null, bool? nearLossless = null, int? alphaQ = null, bool? minSize = null, int? kmin = null, int? kmax = null, int? effort = null, int? targetSize = null, bool? mixed = null, bool? smartDeblock = null, int? passes = null, Enums.ForeignKeep? keep = null, double[] background = null, int? pageHeight = null, string profile = null) =>
        Call("webpsave", SaveOptions(keep, background, pageHeight, profile, ("Q", q), ("lossless", lossless), ("exact", exact), ("preset", preset), ("smart_subsample", smartSubsample), ("near_lossless", nearLossless), ("alpha_q", alphaQ), ("min_size", minSize), ("kmin", kmin), ("kmax", kmax), ("effort", effort), ("target_size", targetSize), ("mixed", mixed), ("smart_deblock", smartDeblock), ("passes", passes)), filename);

    public void Tiffsave(string filename, Enums.ForeignTiffCompression? compression = null, int? q = null, Enums.ForeignTiffPredictor? predictor = null, bool? tile = null, int? tileWidth = null, int? tileHeight = null, bool? pyramid = null, bool? miniswhite = null, int? bitdepth = null, Enums.ForeignTiffResunit? resunit = null, double? xres = null, double? yres = null, bool? bigtiff = null, bool? properties = null, Enums.RegionShrink? regionShrink = null, int? level = null, bool? lossless = null, Enums.ForeignDzDepth? depth = null, bool? subifd = null, bool? premultiply = null, Enums.ForeignKeep? keep = null, double[] background = null, int? pageHeight = null, string profile = null) =>
        Call("tiffsave", SaveOptions(keep, background, pageHeight, profile, ("compression", compression), ("Q", q), ("predictor", predictor), ("tile", tile), ("tile_width", tileWidth), ("tile_height", tileHeight), ("pyramid", pyramid), ("miniswhite", miniswhite), ("bitdepth", bitdepth), ("resunit", resunit), ("xres", xres), ("yres", yres), ("bigtiff", bigtiff), ("properties", properties), ("region_shrink", regionShrink), ("level", level), ("lossless", lossless), ("depth", depth), ("subifd", subifd), ("premultiply", premultiply)), filename);

    public void Gifsave(string filename, double? dither = null, int? effort = null, int? bitdepth = null, double? interframeMaxerror = null, bool? reuse = null, double? interpaletteMaxerror = null, bool? interlace = null, bool? keepDuplicateFrames = null, Enums.ForeignKeep? keep = null, double[] background = null, int? pageHeight = null, string profile = null) =>
        Call("gifsave", SaveOptions(keep, background, pageHeight, profile, ("dither", dither), ("effort", effort), ("bitdepth", bitdepth), ("interframe_maxerror", interframeMaxerror), ("reuse", reuse), ("interpalette_maxerror", interpaletteMaxerror), ("interlace", interlace), ("keep_duplicate_frames", keepDuplicateFrames)), filename);

    public void Heifsave(string filename, int? q = null, int? bitdepth = null, bool? lossless = null, Enums.ForeignHeifCompression? compression = null, int? effort = null, Enums.ForeignSubsample? subsampleMode = null, Enums.ForeignHeifEncoder? encoder = null, string tune = null, Enums.ForeignKeep? keep = null, double[] background = null, int? pageHeight = null, string profile = null) =>
        Call("heifsave", SaveOptions(keep, background, pageHeight, profile, ("Q", q), ("bitdepth", bitdepth), ("lossless", lossless), ("compression", compression), ("effort", effort), ("subsample_mode", subsampleMode), ("encoder", encoder), ("tune", tune)), filename);

    private static VOption SaveOptions(Enums.ForeignKeep? keep, double[] background, int? pageHeight, string profile, params ReadOnlySpan<(string Name, object Value)> others)
    {
        var options = VOption.Of(("background", background), ("page_height", pageHeight), ("profile", profile)).With(VOption.Of(others));
        if (keep.HasValue)
        {
            // "keep" came with libvips 8.15; before, metadata could only be stripped as a whole.
            if (NetVips.AtLeastLibvips(8, 15))
            {
                options["keep"] = keep.Value;
            }
            else
            {
                options["strip"] = keep.Value == Enums.ForeignKeep.None;
            }
        }

        return options;
    }
}

using System.Runtime.InteropServices;
using NetVips.Internal;

namespace NetVips;

public unsafe partial class Image
{
    public static Image NewFromFile(
        string vipsFilename,
        bool? memory = null,
        Enums.Access? access = null,
        Enums.FailOn? failOn = null,
        bool? revalidate = null,
        VOption kwargs = null)
    {
        var filename = Native.FilenameGetFilename(vipsFilename);
        var operationName = Marshal.PtrToStringUTF8(Native.FindLoad(filename));
        var plainName = Native.TakeString(filename, free: true);
        if (operationName == null)
        {
            throw new VipsException($"unable to load from file {vipsFilename}");
        }

        var options = LoadOptions(memory, access, failOn, revalidate).With(kwargs);
        options["string_options"] = Native.TakeString(Native.FilenameGetOptions(vipsFilename), free: true);
        return (Image)Operation.Call(operationName, options, plainName);
    }

    public static Image NewFromBuffer(
        byte[] data,
        string strOptions = "",
        Enums.Access? access = null,
        Enums.FailOn? failOn = null,
        VOption kwargs = null)
    {
        string operationName;
        fixed (byte* bytes = data)
        {
            operationName = Marshal.PtrToStringUTF8(Native.FindLoadBuffer(bytes, (nuint)data.Length));
        }

        if (operationName == null)
        {
            throw new VipsException("unable to load from buffer");
        }

        var options = LoadOptions(access: access, failOn: failOn).With(kwargs);
        options["string_options"] = strOptions;
        return (Image)Operation.Call(operationName, options, data);
    }

    public static Image NewFromSource(
        Source source,
        string strOptions = "",
        Enums.Access? access = null,
        Enums.FailOn? failOn = null,
        VOption kwargs = null)
    {
        var operationName = Marshal.PtrToStringUTF8(Native.FindLoadSource(source));
        if (operationName == null)
        {
            throw new VipsException("unable to load from source", source.Exception);
        }

        var options = LoadOptions(access: access, failOn: failOn).With(kwargs);
        options["string_options"] = strOptions;
        return (Image)Operation.Call(operationName, options, source);
    }

    public static Image NewFromStream(
        Stream stream,
        string strOptions = "",
        Enums.Access? access = null,
        Enums.FailOn? failOn = null,
        VOption kwargs = null)
    {
        var source = SourceStream.NewFromStream(stream);
        try
        {
            var image = NewFromSource(source, strOptions, access, failOn, kwargs);
            image.OnPostClose += source.Dispose;
            return image;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public static Image NewFromMemory<T>(T[] data, int width, int height, int bands, Enums.BandFormat format)
        where T : unmanaged
    {
        var handle = GCHandle.Alloc(data, GCHandleType.Pinned);
        try
        {
            var image = NewFromMemory(handle.AddrOfPinnedObject(), (ulong)data.Length * (ulong)sizeof(T), width, height, bands, format);
            image.OnPostClose += handle.Free;
            return image;
        }
        catch
        {
            handle.Free();
            throw;
        }
    }

    /// <summary>Wraps memory, which must stay in place until the image and all that was made from it are gone.</summary>
    public static Image NewFromMemory(nint data, ulong size, int width, int height, int bands, Enums.BandFormat format)
    {
        var pointer = Native.ImageNewFromMemory(data, (nuint)size, width, height, bands, (int)format);
        return pointer == 0 ? throw new VipsException("unable to make image from memory") : new Image(pointer);
    }

    public static Image NewFromMemoryCopy(nint data, ulong size, int width, int height, int bands, Enums.BandFormat format)
    {
        var pointer = Native.ImageNewFromMemoryCopy(data, (nuint)size, width, height, bands, (int)format);
        return pointer == 0 ? throw new VipsException("unable to make image from memory") : new Image(pointer);
    }

    /// <summary>Evaluates the image into memory.</summary>
    public Image CopyMemory()
    {
        var pointer = Native.ImageCopyMemory(this);
        return pointer == 0 ? throw new VipsException("unable to copy to memory") : new Image(pointer);
    }

    public static Image Jpegload(string filename, int? shrink = null, bool? autorotate = null, bool? unlimited = null, bool? memory = null, Enums.Access? access = null, Enums.FailOn? failOn = null, bool? revalidate = null) =>
        (Image)Operation.Call("jpegload", LoadOptions(memory, access, failOn, revalidate, ("shrink", shrink), ("autorotate", autorotate), ("unlimited", unlimited)), filename);

    public static Image Pngload(string filename, bool? unlimited = null, bool? memory = null, Enums.Access? access = null, Enums.FailOn? failOn = null, bool? revalidate = null) =>
        (Image)Operation.Call("pngload", LoadOptions(memory, access, failOn, revalidate, ("unlimited", unlimited)), filename);

    public static Image Webpload(string filename, int? page = null, int? n = null, double? scale = null, bool? memory = null, Enums.Access? access = null, Enums.FailOn? failOn = null, bool? revalidate = null) =>
        (Image)Operation.Call("webpload", LoadOptions(memory, access, failOn, revalidate, ("page", page), ("n", n), ("scale", scale)), filename);

    public static Image Tiffload(string filename, int? page = null, int? n = null, bool? autorotate = null, int? subifd = null, bool? unlimited = null, bool? memory = null, Enums.Access? access = null, Enums.FailOn? failOn = null, bool? revalidate = null) =>
        (Image)Operation.Call("tiffload", LoadOptions(memory, access, failOn, revalidate, ("page", page), ("n", n), ("autorotate", autorotate), ("subifd", subifd), ("unlimited", unlimited)), filename);

    public static Image Gifload(string filename, int? n = null, int? page = null, bool? memory = null, Enums.Access? access = null, Enums.FailOn? failOn = null, bool? revalidate = null) =>
        (Image)Operation.Call("gifload", LoadOptions(memory, access, failOn, revalidate, ("page", page), ("n", n)), filename);

    public static Image Heifload(string filename, int? page = null, int? n = null, bool? thumbnail = null, bool? unlimited = null, bool? memory = null, Enums.Access? access = null, Enums.FailOn? failOn = null, bool? revalidate = null) =>
        (Image)Operation.Call("heifload", LoadOptions(memory, access, failOn, revalidate, ("page", page), ("n", n), ("thumbnail", thumbnail), ("unlimited", unlimited)), filename);

    private static VOption LoadOptions(
        bool? memory = null,
        Enums.Access? access = null,
        Enums.FailOn? failOn = null,
        bool? revalidate = null,
        params ReadOnlySpan<(string Name, object Value)> others) =>
        VOption.Of(("memory", memory), ("access", access), ("fail_on", failOn), ("revalidate", revalidate)).With(VOption.Of(others));
}

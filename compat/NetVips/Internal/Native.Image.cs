using System.Runtime.InteropServices;

namespace NetVips.Internal;

internal static unsafe partial class Native
{
    [LibraryImport(Vips, EntryPoint = "vips_image_new_from_memory")]
    internal static partial nint ImageNewFromMemory(nint data, nuint size, int width, int height, int bands, int format);

    [LibraryImport(Vips, EntryPoint = "vips_image_new_from_memory_copy")]
    internal static partial nint ImageNewFromMemoryCopy(nint data, nuint size, int width, int height, int bands, int format);

    [LibraryImport(Vips, EntryPoint = "vips_image_copy_memory")]
    internal static partial nint ImageCopyMemory(GObject image);

    [LibraryImport(Vips, EntryPoint = "vips_image_write_to_memory")]
    internal static partial nint ImageWriteToMemory(GObject image, out nuint size);

    [LibraryImport(Vips, EntryPoint = "vips_format_sizeof")]
    internal static partial ulong FormatSizeof(int format);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_width")]
    internal static partial int ImageWidth(GObject image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_height")]
    internal static partial int ImageHeight(GObject image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_bands")]
    internal static partial int ImageBands(GObject image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_format")]
    internal static partial int ImageFormat(GObject image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_interpretation")]
    internal static partial int ImageInterpretation(GObject image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_xres")]
    internal static partial double ImageXres(GObject image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_yres")]
    internal static partial double ImageYres(GObject image);

    [LibraryImport(Vips, EntryPoint = "vips_image_hasalpha")]
    internal static partial int ImageHasAlpha(GObject image);

    [LibraryImport(Vips, EntryPoint = "vips_image_iskilled")]
    internal static partial int ImageIsKilled(GObject image);

    [LibraryImport(Vips, EntryPoint = "vips_image_set_kill")]
    internal static partial void ImageSetKill(GObject image, int kill);

    [LibraryImport(Vips, EntryPoint = "vips_image_set_progress")]
    internal static partial void ImageSetProgress(GObject image, int progress);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_typeof", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ImageGetTypeof(GObject image, string name);

    [LibraryImport(Vips, EntryPoint = "vips_image_get", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ImageGet(GObject image, string name, out GValueData value);

    [LibraryImport(Vips, EntryPoint = "vips_image_set", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void ImageSet(GObject image, string name, ref GValueData value);

    [LibraryImport(Vips, EntryPoint = "vips_image_remove", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ImageRemove(GObject image, string name);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_fields")]
    internal static partial nint* ImageGetFields(GObject image);
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace NetVips.Internal;

/// <summary>libvips, libgobject and libglib; all three are found through libvips, which links the other two.</summary>
internal static unsafe partial class Native
{
    internal const string Vips = "vips";

    [LibraryImport(Vips, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Init(string argv0);

    [LibraryImport(Vips, EntryPoint = "vips_shutdown")]
    internal static partial void Shutdown();

    [LibraryImport(Vips, EntryPoint = "vips_version")]
    internal static partial int Version(int flag);

    [LibraryImport(Vips, EntryPoint = "vips_error_buffer_copy")]
    internal static partial nint ErrorBufferCopy();

    [LibraryImport(Vips, EntryPoint = "vips_error_clear")]
    internal static partial void ErrorClear();

    [LibraryImport(Vips, EntryPoint = "vips_error_freeze")]
    internal static partial void ErrorFreeze();

    [LibraryImport(Vips, EntryPoint = "vips_error_thaw")]
    internal static partial void ErrorThaw();

    [LibraryImport(Vips, EntryPoint = "vips_block_untrusted_set")]
    internal static partial void BlockUntrustedSet(int state);

    [LibraryImport(Vips, EntryPoint = "vips_operation_block_set", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void OperationBlockSet(string name, int state);

    [LibraryImport(Vips, EntryPoint = "vips_concurrency_set")]
    internal static partial void ConcurrencySet(int concurrency);

    [LibraryImport(Vips, EntryPoint = "vips_concurrency_get")]
    internal static partial int ConcurrencyGet();

    [LibraryImport(Vips, EntryPoint = "vips_leak_set")]
    internal static partial void LeakSet(int leak);

    [LibraryImport(Vips, EntryPoint = "vips_cache_get_max")]
    internal static partial int CacheGetMax();

    [LibraryImport(Vips, EntryPoint = "vips_cache_set_max")]
    internal static partial void CacheSetMax(int max);

    [LibraryImport(Vips, EntryPoint = "vips_cache_get_max_mem")]
    internal static partial nuint CacheGetMaxMem();

    [LibraryImport(Vips, EntryPoint = "vips_cache_set_max_mem")]
    internal static partial void CacheSetMaxMem(nuint maxMem);

    [LibraryImport(Vips, EntryPoint = "vips_cache_get_max_files")]
    internal static partial int CacheGetMaxFiles();

    [LibraryImport(Vips, EntryPoint = "vips_cache_set_max_files")]
    internal static partial void CacheSetMaxFiles(int maxFiles);

    [LibraryImport(Vips, EntryPoint = "vips_cache_get_size")]
    internal static partial int CacheGetSize();

    [LibraryImport(Vips, EntryPoint = "vips_tracked_get_allocs")]
    internal static partial int TrackedGetAllocs();

    [LibraryImport(Vips, EntryPoint = "vips_tracked_get_mem")]
    internal static partial nuint TrackedGetMem();

    [LibraryImport(Vips, EntryPoint = "vips_tracked_get_mem_highwater")]
    internal static partial nuint TrackedGetMemHighwater();

    [LibraryImport(Vips, EntryPoint = "vips_tracked_get_files")]
    internal static partial int TrackedGetFiles();

    [LibraryImport(Vips, EntryPoint = "vips_type_find", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint TypeFind(string baseName, string nickname);

    [LibraryImport(Vips, EntryPoint = "vips_filename_get_filename", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint FilenameGetFilename(string vipsFilename);

    [LibraryImport(Vips, EntryPoint = "vips_filename_get_options", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint FilenameGetOptions(string vipsFilename);

    // VipsObject and VipsOperation

    [LibraryImport(Vips, EntryPoint = "vips_operation_new", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint OperationNew(string name);

    [LibraryImport(Vips, EntryPoint = "vips_cache_operation_build")]
    internal static partial nint OperationBuild(GObject operation);

    [LibraryImport(Vips, EntryPoint = "vips_object_unref_outputs")]
    internal static partial void ObjectUnrefOutputs(GObject operation);

    [LibraryImport(Vips, EntryPoint = "vips_object_get_args")]
    internal static partial int ObjectGetArgs(GObject instance, out nint* names, out int* flags, out int count);

    [LibraryImport(Vips, EntryPoint = "vips_object_get_argument", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ObjectGetArgument(GObject instance, string name, out GParamSpec* spec, out nint argumentClass, out nint argumentInstance);

    [LibraryImport(Vips, EntryPoint = "vips_object_set_from_string", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ObjectSetFromString(GObject instance, string text);

    // VipsForeign, VipsSource, VipsTarget

    [LibraryImport(Vips, EntryPoint = "vips_foreign_find_load")]
    internal static partial nint FindLoad(nint filename);

    [LibraryImport(Vips, EntryPoint = "vips_foreign_find_load_buffer")]
    internal static partial nint FindLoadBuffer(byte* data, nuint size);

    [LibraryImport(Vips, EntryPoint = "vips_foreign_find_load_source")]
    internal static partial nint FindLoadSource(GObject source);

    [LibraryImport(Vips, EntryPoint = "vips_foreign_find_save")]
    internal static partial nint FindSave(nint filename);

    [LibraryImport(Vips, EntryPoint = "vips_foreign_find_save_target", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint FindSaveTarget(string suffix);

    [LibraryImport(Vips, EntryPoint = "vips_source_new_from_file", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint SourceNewFromFile(string filename);

    [LibraryImport(Vips, EntryPoint = "vips_source_new_from_memory")]
    internal static partial nint SourceNewFromMemory(nint data, nuint length);

    [LibraryImport(Vips, EntryPoint = "vips_source_custom_new")]
    internal static partial nint SourceCustomNew();

    [LibraryImport(Vips, EntryPoint = "vips_target_new_to_file", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint TargetNewToFile(string filename);

    [LibraryImport(Vips, EntryPoint = "vips_target_new_to_memory")]
    internal static partial nint TargetNewToMemory();

    [LibraryImport(Vips, EntryPoint = "vips_target_custom_new")]
    internal static partial nint TargetCustomNew();
}

using System.Runtime.InteropServices;

namespace NetVips.Internal;

internal static unsafe partial class Native
{
    [LibraryImport(Vips, EntryPoint = "g_object_ref")]
    internal static partial nint ObjectRef(nint instance);

    [LibraryImport(Vips, EntryPoint = "g_object_unref")]
    internal static partial void ObjectUnref(nint instance);

    [LibraryImport(Vips, EntryPoint = "g_object_weak_ref")]
    internal static partial void ObjectWeakRef(GObject instance, delegate* unmanaged[Cdecl]<nint, nint, void> notify, nint data);

    [LibraryImport(Vips, EntryPoint = "g_object_get_property", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void ObjectGetProperty(GObject instance, string name, ref GValueData value);

    [LibraryImport(Vips, EntryPoint = "g_object_set_property", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void ObjectSetProperty(GObject instance, string name, ref GValueData value);

    [LibraryImport(Vips, EntryPoint = "g_signal_connect_data", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ulong SignalConnectData(GObject instance, string signal, nint handler, nint data, nint destroyData, int flags);

    [LibraryImport(Vips, EntryPoint = "g_signal_handler_disconnect")]
    internal static partial void SignalHandlerDisconnect(GObject instance, ulong id);

    [LibraryImport(Vips, EntryPoint = "g_type_from_name", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint TypeFromName(string name);

    [LibraryImport(Vips, EntryPoint = "g_type_name")]
    internal static partial nint TypeName(nint type);

    [LibraryImport(Vips, EntryPoint = "g_type_fundamental")]
    internal static partial nint TypeFundamental(nint type);

    [LibraryImport(Vips, EntryPoint = "g_value_init")]
    internal static partial nint ValueInit(ref GValueData value, nint type);

    [LibraryImport(Vips, EntryPoint = "g_value_unset")]
    internal static partial void ValueUnset(ref GValueData value);

    [LibraryImport(Vips, EntryPoint = "g_value_set_boolean")]
    internal static partial void ValueSetBoolean(ref GValueData value, int boolean);

    [LibraryImport(Vips, EntryPoint = "g_value_get_boolean")]
    internal static partial int ValueGetBoolean(ref GValueData value);

    [LibraryImport(Vips, EntryPoint = "g_value_set_int")]
    internal static partial void ValueSetInt(ref GValueData value, int number);

    [LibraryImport(Vips, EntryPoint = "g_value_get_int")]
    internal static partial int ValueGetInt(ref GValueData value);

    [LibraryImport(Vips, EntryPoint = "g_value_set_uint64")]
    internal static partial void ValueSetUInt64(ref GValueData value, ulong number);

    [LibraryImport(Vips, EntryPoint = "g_value_get_uint64")]
    internal static partial ulong ValueGetUInt64(ref GValueData value);

    [LibraryImport(Vips, EntryPoint = "g_value_set_double")]
    internal static partial void ValueSetDouble(ref GValueData value, double number);

    [LibraryImport(Vips, EntryPoint = "g_value_get_double")]
    internal static partial double ValueGetDouble(ref GValueData value);

    [LibraryImport(Vips, EntryPoint = "g_value_set_enum")]
    internal static partial void ValueSetEnum(ref GValueData value, int number);

    [LibraryImport(Vips, EntryPoint = "g_value_get_enum")]
    internal static partial int ValueGetEnum(ref GValueData value);

    [LibraryImport(Vips, EntryPoint = "g_value_set_flags")]
    internal static partial void ValueSetFlags(ref GValueData value, uint flags);

    [LibraryImport(Vips, EntryPoint = "g_value_get_flags")]
    internal static partial uint ValueGetFlags(ref GValueData value);

    [LibraryImport(Vips, EntryPoint = "g_value_set_string", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void ValueSetString(ref GValueData value, string text);

    [LibraryImport(Vips, EntryPoint = "g_value_get_string")]
    internal static partial nint ValueGetString(ref GValueData value);

    [LibraryImport(Vips, EntryPoint = "g_value_set_object")]
    internal static partial void ValueSetObject(ref GValueData value, GObject instance);

    [LibraryImport(Vips, EntryPoint = "g_value_get_object")]
    internal static partial nint ValueGetObject(ref GValueData value);

    [LibraryImport(Vips, EntryPoint = "vips_value_set_ref_string", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void ValueSetRefString(ref GValueData value, string text);

    [LibraryImport(Vips, EntryPoint = "vips_value_get_ref_string")]
    internal static partial nint ValueGetRefString(ref GValueData value, out nuint length);

    [LibraryImport(Vips, EntryPoint = "vips_value_set_blob_free")]
    internal static partial void ValueSetBlobFree(ref GValueData value, nint data, nuint length);

    [LibraryImport(Vips, EntryPoint = "vips_value_get_blob")]
    internal static partial nint ValueGetBlob(ref GValueData value, out nuint length);

    [LibraryImport(Vips, EntryPoint = "vips_value_set_array_int")]
    internal static partial void ValueSetArrayInt(ref GValueData value, int[] array, int length);

    [LibraryImport(Vips, EntryPoint = "vips_value_get_array_int")]
    internal static partial int* ValueGetArrayInt(ref GValueData value, out int length);

    [LibraryImport(Vips, EntryPoint = "vips_value_set_array_double")]
    internal static partial void ValueSetArrayDouble(ref GValueData value, double[] array, int length);

    [LibraryImport(Vips, EntryPoint = "vips_value_get_array_double")]
    internal static partial double* ValueGetArrayDouble(ref GValueData value, out int length);

    [LibraryImport(Vips, EntryPoint = "vips_value_set_array_image")]
    internal static partial void ValueSetArrayImage(ref GValueData value, int length);

    [LibraryImport(Vips, EntryPoint = "vips_value_get_array_image")]
    internal static partial nint* ValueGetArrayImage(ref GValueData value, out int length);

    [LibraryImport(Vips, EntryPoint = "g_malloc")]
    internal static partial nint Malloc(nuint size);

    [LibraryImport(Vips, EntryPoint = "g_free")]
    internal static partial void Free(nint memory);

    /// <summary>Copies a NUL-terminated string and, if asked, frees the original with <c>g_free</c>.</summary>
    internal static string TakeString(nint text, bool free = false)
    {
        var result = Marshal.PtrToStringUTF8(text);
        if (free)
        {
            Free(text);
        }

        return result;
    }
}

/// <summary>A <c>GValue</c>: its type and two unions of eight bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GValueData
{
    internal nint Type;
    private ulong _first;
    private ulong _second;
}

/// <summary>The head of a <c>GParamSpec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GParamSpec
{
    internal nint InstanceClass;
    internal nint Name;
    internal uint Flags;
    internal nint ValueType;
}

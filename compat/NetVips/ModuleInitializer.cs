using System.Reflection;
using System.Runtime.InteropServices;
using NetVips.Internal;

namespace NetVips;

/// <summary>Loads libvips once, before the first use of this assembly.</summary>
public static class ModuleInitializer
{
    /// <summary>Whether libvips was found and started.</summary>
    public static bool VipsInitialized;

    /// <summary>Why it was not.</summary>
    public static Exception Exception;

    /// <summary>Major, minor and micro version, one byte each.</summary>
    public static int? Version;

#pragma warning disable CA2255 // As the package: a missing library is reported through VipsInitialized, not by the first call.
    [System.Runtime.CompilerServices.ModuleInitializer]
#pragma warning restore CA2255
    public static void Initialize()
    {
        if (VipsInitialized)
        {
            return;
        }

        try
        {
            NativeLibrary.SetDllImportResolver(typeof(ModuleInitializer).Assembly, Resolve);
        }
        catch (InvalidOperationException)
        {
            // A second call; the resolver of the first one stays.
        }

        try
        {
            VipsInitialized = NetVips.Init();
            if (VipsInitialized)
            {
                Version = (Native.Version(0) << 16) + (Native.Version(1) << 8) + Native.Version(2);
            }
            else
            {
                Exception = new VipsException("unable to initialize libvips");
            }
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            Exception = exception;
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Native.Vips)
        {
            return 0;
        }

        return NativeLibrary.Load(OperatingSystem.IsMacOS() ? "libvips.42.dylib" : "libvips.so.42", assembly, path);
    }
}

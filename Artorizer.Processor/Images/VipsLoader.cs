using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace Artorizer.Processor.Images;

/// <summary>
/// Loads the chosen libvips, before the binding does. NetVips installs an import resolver of its own when its first method is called,
/// and an assembly can have only one; that resolver asks the system for <c>libvips.so.42</c>. On Linux a library of that name (SONAME)
/// which is loaded already is taken, see dlopen(3), so that whoever loads first decides. The bundled file lies where the runtime does
/// not look by itself. Nothing here may touch a type of NetVips.
/// </summary>
internal static class VipsLoader
{
    private const string SystemName = "libvips.so.42";
    private static readonly Lock Once = new();
    private static LibvipsChoice? s_loaded;

    /// <summary>Loads libvips. A process has one; later calls must choose the same.</summary>
    /// <exception cref="OptionsValidationException">The library is not there, or another one is loaded already.</exception>
    public static void Load(LibvipsChoice choice)
    {
        lock (Once)
        {
            if (s_loaded is null)
            {
                LoadFirst(choice);
                s_loaded = choice;
            }
            else if (s_loaded != choice)
            {
                throw Refused($"This process has loaded its {s_loaded} libvips already; Processor:Libvips cannot be {choice} as well.");
            }
        }
    }

    /// <summary>Files of libvips in this process: one, unless the binding was used before <see cref="Load"/>.</summary>
    public static IReadOnlyList<string> LoadedFiles()
    {
        using var process = Process.GetCurrentProcess();
        return [.. process.Modules.Cast<ProcessModule>()
            .Select(module => module.FileName)
            .Where(file => Path.GetFileName(file) is { } name && (name.StartsWith("libvips.", StringComparison.Ordinal) || name == "libvips-42.dll"))
            .Distinct()];
    }

    private static void LoadFirst(LibvipsChoice choice)
    {
        if (choice == LibvipsChoice.System)
        {
            if (BundledFile() is null)
            {
                throw Refused("Processor:Libvips can be System only on Linux with glibc, on x64 and arm64.");
            }

            if (!NativeLibrary.TryLoad(SystemName, out _))
            {
                throw Refused($"Processor:Libvips is System, but {SystemName} cannot be loaded. Install libvips42 (Debian, Ubuntu) or vips.");
            }
        }
        else if (BundledFile() is { } file && !NativeLibrary.TryLoad(file, out _))
        {
            throw Refused(
                "The bundled libvips is missing or cannot be loaded. Publish Artorizer with its folder libvips, or set Processor:Libvips to System.");
        }
    }

    /// <summary>Where the bundled file must be; <see langword="null"/> where the binding finds it by the runtime's rules.</summary>
    private static string? BundledFile()
    {
        var architecture = RuntimeInformation.ProcessArchitecture;
        var isGlibc = OperatingSystem.IsLinux() && !File.Exists($"/lib/ld-musl-{(architecture == Architecture.Arm64 ? "aarch64" : "x86_64")}.so.1");
        return isGlibc && architecture is Architecture.X64 or Architecture.Arm64
            ? Path.Combine(AppContext.BaseDirectory, "libvips", architecture == Architecture.X64 ? "linux-x64" : "linux-arm64", SystemName)
            : null;
    }

    private static OptionsValidationException Refused(string sentence) => new(nameof(ProcessorOptions.Libvips), typeof(ProcessorOptions), [sentence]);
}

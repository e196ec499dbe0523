using NetVips.Internal;

namespace NetVips;

/// <summary>Settings of the library as a whole.</summary>
public static class NetVips
{
    public static int Concurrency
    {
        get => Native.ConcurrencyGet();
        set => Native.ConcurrencySet(value);
    }

    public static bool BlockUntrusted
    {
        set => Native.BlockUntrustedSet(value ? 1 : 0);
    }

    public static bool Leak
    {
        set => Native.LeakSet(value ? 1 : 0);
    }

    public static bool Init() => Native.Init("NetVips") == 0;

    public static void Shutdown() => Native.Shutdown();

    public static int Version(int flag, bool fromModule = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(flag);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(flag, 2);
        return fromModule && ModuleInitializer.Version is { } version
            ? (version >> (8 * (2 - flag))) & 0xFF
            : Native.Version(flag);
    }

    public static bool AtLeastLibvips(int x, int y, int z = 0) =>
        (Version(0), Version(1), Version(2)).CompareTo((x, y, z)) >= 0;

    /// <summary>The GType of a class by its base class and nickname, or 0 if this libvips does not have it.</summary>
    public static nint TypeFind(string basename, string nickname) => Native.TypeFind(basename, nickname);

    public static string TypeName(nint type) => Native.TakeString(Native.TypeName(type));

    public static nint TypeFromName(string name) => Native.TypeFromName(name);

    public static nint FundamentalType(nint type) => Native.TypeFundamental(type);

    /// <summary>Frees what <see cref="Image.WriteToMemory(out ulong)"/> returned.</summary>
    public static void Free(nint mem) => Native.Free(mem);
}

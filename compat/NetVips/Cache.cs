using NetVips.Internal;

namespace NetVips;

/// <summary>The cache of operations. Off (0) is right for servers that see each image once.</summary>
public static class Cache
{
    public static int Max
    {
        get => Native.CacheGetMax();
        set => Native.CacheSetMax(value);
    }

    public static ulong MaxMem
    {
        get => Native.CacheGetMaxMem();
        set => Native.CacheSetMaxMem((nuint)value);
    }

    public static int MaxFiles
    {
        get => Native.CacheGetMaxFiles();
        set => Native.CacheSetMaxFiles(value);
    }

    public static int Size => Native.CacheGetSize();
}

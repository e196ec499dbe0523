using NetVips.Internal;

namespace NetVips;

/// <summary>What libvips holds at this moment.</summary>
public static class Stats
{
    public static int Allocations => Native.TrackedGetAllocs();

    public static int Mem => (int)Native.TrackedGetMem();

    public static ulong MemHighwater => Native.TrackedGetMemHighwater();

    public static int Files => Native.TrackedGetFiles();
}

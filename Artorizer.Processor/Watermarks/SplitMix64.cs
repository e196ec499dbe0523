namespace Artorizer.Processor.Watermarks;

/// <summary>Steele, Lea and Flood's SplitMix64: the same numbers on every machine and runtime, unlike <see cref="Random"/>.</summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    internal ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    internal float NextUnit() => (Next() >> 40) * (1f / (1 << 24));

    internal int NextBelow(int limit) => (int)(Next() % (ulong)limit);
}

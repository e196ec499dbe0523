namespace Artorizer.Contracts.Wire;

/// <summary>What a message may ask of its reader; every decoder keeps these.</summary>
public static class WireLimits
{
    /// <summary>Levels of nesting in task data and results.</summary>
    public const int PayloadDepth = 64;

    /// <summary>Levels of nesting in a message, the payloads in it included.</summary>
    public const int MessageDepth = PayloadDepth + 8;

    /// <summary>List elements and map entries in a message, payloads apart. The largest page of tasks or jobs is 1000.</summary>
    public const int Elements = 20_000;

    /// <summary>Takes a count out of what the whole message may hold.</summary>
    /// <exception cref="WireFormatException">The message holds more.</exception>
    internal static int Take(int count, ref int elements) =>
        (elements -= count) >= 0 ? count : throw new WireFormatException($"The body holds more than {Elements} elements.");
}

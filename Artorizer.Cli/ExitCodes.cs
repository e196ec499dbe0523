namespace Artorizer.Cli;

/// <summary>What the program says to scripts.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The server refused, or some of the work failed.</summary>
    public const int Failed = 1;

    /// <summary>The arguments make no sense.</summary>
    public const int Usage = 2;

    public const int Unreachable = 3;

    /// <summary>128 + SIGINT, as shells have it.</summary>
    public const int Cancelled = 130;
}

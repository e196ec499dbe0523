using Artorizer.LocalServers;

namespace Artorizer.Testing.Processes;

/// <summary>Ports of the loopback interface that were free a moment ago, taken as local servers take theirs.</summary>
public static class FreePorts
{
    /// <summary>One port.</summary>
    public static int Take() => Take(1)[0];

    /// <summary>Several, no two of them the same.</summary>
    public static int[] Take(int count) => LocalProcess.FreePorts(count);
}

namespace Artorizer.Cli;

/// <summary>Arguments that make no sense, found out after parsing.</summary>
internal sealed class UsageException(string message) : Exception(message);

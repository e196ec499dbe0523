using Artorizer.Contracts.Jobs;

namespace Artorizer.Processor.Engine;

/// <summary>A job that cannot go on, with the code and the sentence that its owner sees.</summary>
public sealed class EngineException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">One of <see cref="JobErrorCodes"/>.</param>
    /// <param name="message">One sentence without paths, addresses or native messages.</param>
    /// <param name="innerException">The cause, for the log only.</param>
    public EngineException(string code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
    }

    /// <summary>One of <see cref="JobErrorCodes"/>.</summary>
    public string Code { get; }

    /// <summary>Whether the same job may succeed when it is tried again.</summary>
    public bool IsTransient =>
        Code is JobErrorCodes.StorageUnavailable or JobErrorCodes.EngineUnavailable or JobErrorCodes.OriginalDamaged or JobErrorCodes.Internal;
}

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>A field whose value all protocols see as <typeparamref name="T"/>.</summary>
internal abstract class WireMember<T> : WireMember
{
    /// <summary>The value; <see langword="null"/> when absent.</summary>
    public abstract T? Get(object message);

    /// <summary>Puts a value that came over the wire.</summary>
    public abstract void Set(object message, T value);

    /// <inheritdoc/>
    public override bool IsAbsent(object message) => Get(message) is null;
}

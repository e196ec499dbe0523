using System.Runtime.CompilerServices;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>Reaches a property that already is what the protocols see.</summary>
internal sealed class WireDirectAccessor<TMessage, T>(Func<TMessage, T?> get, Action<TMessage, T> set) : WireMember<T>
    where TMessage : class
{
    public override T? Get(object message) => get(Unsafe.As<TMessage>(message));

    public override void Set(object message, T value) => set(Unsafe.As<TMessage>(message), value);
}

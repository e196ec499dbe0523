using System.Runtime.CompilerServices;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>Reaches a property by delegates and turns its value into what the protocols see.</summary>
internal sealed class WireAccessor<TMessage, TProperty, T>(
    Func<TMessage, TProperty> get,
    Action<TMessage, TProperty> set,
    Func<TProperty, T?> toWire,
    Func<T, TProperty> fromWire) : WireMember<T>
    where TMessage : class
{
    public override T? Get(object message) => toWire(get(Unsafe.As<TMessage>(message)));

    public override void Set(object message, T value) => set(Unsafe.As<TMessage>(message), fromWire(value));
}

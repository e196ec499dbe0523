namespace MessagePack;

public readonly struct Nil : IEquatable<Nil>
{
    public static readonly Nil Default;

    public bool Equals(Nil other) => true;

    public override bool Equals(object? obj) => obj is Nil;

    public override int GetHashCode() => 0;

    public override string ToString() => "()";
}

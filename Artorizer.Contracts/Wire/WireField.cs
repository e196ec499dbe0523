namespace Artorizer.Contracts.Wire;

/// <summary>A named value as it came over the wire.</summary>
/// <param name="Name">As sent.</param>
/// <param name="Value">
/// <see langword="null"/>, <see cref="bool"/>, <see cref="long"/>, <see cref="double"/>, <see cref="string"/>, <c>byte[]</c>,
/// <see cref="IReadOnlyList{T}"/> of such values, or <see cref="IReadOnlyList{T}"/> of <see cref="WireField"/> for a map.
/// </param>
public sealed record WireField(string Name, object? Value);

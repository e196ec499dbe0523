namespace Artorizer.Contracts.Wire.Schema;

/// <summary>What is made of each table, on first use, and found by its number thereafter.</summary>
internal sealed class WireTableCache<T>(Func<WireMessage, T> make)
    where T : class
{
    private T?[] _made = [];

    /// <summary>What was made of a table.</summary>
    public T Of(WireMessage table)
    {
        var made = _made;
        return table.Index < made.Length && made[table.Index] is { } value ? value : Add(table);
    }

    private T Add(WireMessage table)
    {
        // Two threads may both make it, or lose each other's entry and make it again later: no harm.
        var value = make(table);
        var made = _made.ToArray();
        Array.Resize(ref made, Math.Max(made.Length, table.Index + 1));
        made[table.Index] = value;
        _made = made;
        return value;
    }
}

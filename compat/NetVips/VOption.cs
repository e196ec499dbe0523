using System.Collections;

namespace NetVips;

/// <summary>Optional arguments of an operation, by name.</summary>
public class VOption : IEnumerable<KeyValuePair<string, object>>
{
    private readonly Dictionary<string, object> _options = [];

    public int Count => _options.Count;

    public Dictionary<string, object>.KeyCollection Keys => _options.Keys;

    public object this[string key]
    {
        get => _options[key];
        set => _options[key] = value;
    }

    public void Add(string key, object value) => _options.Add(key, value);

    public void AddIfPresent<T>(string key, T? value)
        where T : struct
    {
        if (value.HasValue)
        {
            _options.Add(key, value.Value);
        }
    }

    public void AddIfPresent<T>(string key, T cls)
        where T : class
    {
        if (cls != null)
        {
            _options.Add(key, cls);
        }
    }

    public bool ContainsKey(string key) => _options.ContainsKey(key);

    public bool Remove(string key) => _options.Remove(key);

    public bool TryGetValue(string key, out object value) => _options.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _options.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Adds the arguments that were given; used by the typed methods.</summary>
    internal static VOption Of(params ReadOnlySpan<(string Name, object Value)> options)
    {
        var result = new VOption();
        foreach (var (name, value) in options)
        {
            if (value != null)
            {
                result.Add(name, value);
            }
        }

        return result;
    }

    internal VOption With(VOption others)
    {
        if (others != null)
        {
            foreach (var (name, value) in others)
            {
                this[name] = value;
            }
        }

        return this;
    }
}

using NetVips.Internal;

namespace NetVips;

/// <summary>An object of libvips with named properties.</summary>
public unsafe class VipsObject : GObject
{
    private readonly Dictionary<Action, ulong> _postClose = [];

    internal VipsObject(nint pointer)
        : base(pointer)
    {
    }

    /// <summary>Raised after the native object has closed, when its memory and files are free.</summary>
    public event Action OnPostClose
    {
        add => _postClose[value] = SignalConnect("postclose", value);
        remove
        {
            if (_postClose.Remove(value, out var id))
            {
                SignalHandlerDisconnect(id);
            }
        }
    }

    public nint GetTypeOf(string name)
    {
        if (Native.ObjectGetArgument(this, name, out var spec, out _, out _) == 0)
        {
            return spec->ValueType;
        }

        Native.ErrorClear();
        return 0;
    }

    internal object Get(string name)
    {
        var type = GetTypeOf(name);
        if (type == 0)
        {
            throw new VipsException("Property not found.");
        }

        using var value = new GValue();
        value.SetType(type);
        Native.ObjectGetProperty(this, name, ref value.Data);
        return value.Get();
    }

    internal void Set(nint gtype, string name, object value)
    {
        using var data = new GValue();
        data.SetType(gtype);
        data.Set(value);
        Native.ObjectSetProperty(this, name, ref data.Data);
    }

    internal bool SetString(string stringOptions) => Native.ObjectSetFromString(this, stringOptions) == 0;
}

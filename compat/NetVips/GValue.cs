using System.Globalization;
using System.Runtime.InteropServices;
using NetVips.Internal;

namespace NetVips;

/// <summary>A value that knows its GType, converted from and to .NET types.</summary>
public sealed unsafe class GValue : IDisposable
{
    public static readonly nint GBoolType = 5 << 2;
    public static readonly nint GIntType = 6 << 2;
    public static readonly nint GUint64Type = 11 << 2;
    public static readonly nint GEnumType = 12 << 2;
    public static readonly nint GFlagsType = 13 << 2;
    public static readonly nint GDoubleType = 15 << 2;
    public static readonly nint GStrType = 16 << 2;
    public static readonly nint GObjectType = 20 << 2;
    public static readonly nint ImageType = NetVips.TypeFromName("VipsImage");
    public static readonly nint ArrayIntType = NetVips.TypeFromName("VipsArrayInt");
    public static readonly nint ArrayDoubleType = NetVips.TypeFromName("VipsArrayDouble");
    public static readonly nint ArrayImageType = NetVips.TypeFromName("VipsArrayImage");
    public static readonly nint RefStrType = NetVips.TypeFromName("VipsRefString");
    public static readonly nint BlobType = NetVips.TypeFromName("VipsBlob");

    internal GValueData Data;
    private bool _disposed;

    public GValue()
    {
    }

    internal GValue(GValueData data) => Data = data;

    ~GValue() => Unset();

    public void SetType(nint gtype) => Native.ValueInit(ref Data, gtype);

    public nint GetTypeOf() => Data.Type;

    public void Set(object value)
    {
        var culture = CultureInfo.InvariantCulture;
        var type = Data.Type;
        var fundamental = Native.TypeFundamental(type);
        if (type == GBoolType)
        {
            Native.ValueSetBoolean(ref Data, Convert.ToBoolean(value, culture) ? 1 : 0);
        }
        else if (type == GIntType)
        {
            Native.ValueSetInt(ref Data, Convert.ToInt32(value, culture));
        }
        else if (type == GUint64Type)
        {
            Native.ValueSetUInt64(ref Data, Convert.ToUInt64(value, culture));
        }
        else if (type == GDoubleType)
        {
            Native.ValueSetDouble(ref Data, Convert.ToDouble(value, culture));
        }
        else if (fundamental == GEnumType)
        {
            Native.ValueSetEnum(ref Data, Convert.ToInt32(value, culture));
        }
        else if (fundamental == GFlagsType)
        {
            Native.ValueSetFlags(ref Data, Convert.ToUInt32(value, culture));
        }
        else if (type == GStrType)
        {
            Native.ValueSetString(ref Data, Convert.ToString(value, culture));
        }
        else if (type == RefStrType)
        {
            Native.ValueSetRefString(ref Data, Convert.ToString(value, culture));
        }
        else if (fundamental == GObjectType && value is GObject instance)
        {
            Native.ValueSetObject(ref Data, instance);
        }
        else if (type == ArrayIntType)
        {
            var integers = value switch
            {
                int[] array => array,
                double[] array => Array.ConvertAll(array, item => Convert.ToInt32(item)),
                _ => [Convert.ToInt32(value, culture)],
            };
            Native.ValueSetArrayInt(ref Data, integers, integers.Length);
        }
        else if (type == ArrayDoubleType)
        {
            var doubles = value switch
            {
                double[] array => array,
                int[] array => Array.ConvertAll(array, item => (double)item),
                _ => [Convert.ToDouble(value, culture)],
            };
            Native.ValueSetArrayDouble(ref Data, doubles, doubles.Length);
        }
        else if (type == ArrayImageType && value is Image[] images)
        {
            Native.ValueSetArrayImage(ref Data, images.Length);
            var array = Native.ValueGetArrayImage(ref Data, out _);
            for (var i = 0; i < images.Length; i++)
            {
                array[i] = images[i].ObjectRef();
            }
        }
        else if (type == BlobType && value is byte[] bytes)
        {
            var memory = Native.Malloc((nuint)bytes.Length);
            Marshal.Copy(bytes, 0, memory, bytes.Length);
            Native.ValueSetBlobFree(ref Data, memory, (nuint)bytes.Length);
        }
        else
        {
            throw new ArgumentException($"unsupported gtype for set {NetVips.TypeName(type)}, value type {value.GetType()}");
        }
    }

    public object Get()
    {
        var type = Data.Type;
        var fundamental = Native.TypeFundamental(type);
        if (type == GBoolType)
        {
            return Native.ValueGetBoolean(ref Data) != 0;
        }

        if (type == GIntType)
        {
            return Native.ValueGetInt(ref Data);
        }

        if (type == GUint64Type)
        {
            return Native.ValueGetUInt64(ref Data);
        }

        if (type == GDoubleType)
        {
            return Native.ValueGetDouble(ref Data);
        }

        if (fundamental == GEnumType)
        {
            return Native.ValueGetEnum(ref Data);
        }

        if (fundamental == GFlagsType)
        {
            return Native.ValueGetFlags(ref Data);
        }

        if (type == GStrType)
        {
            return Native.TakeString(Native.ValueGetString(ref Data));
        }

        if (type == RefStrType)
        {
            return Native.TakeString(Native.ValueGetRefString(ref Data, out _));
        }

        if (type == ImageType)
        {
            return new Image(Native.ObjectRef(Native.ValueGetObject(ref Data)));
        }

        if (type == ArrayIntType)
        {
            var array = Native.ValueGetArrayInt(ref Data, out var length);
            return new ReadOnlySpan<int>(array, length).ToArray();
        }

        if (type == ArrayDoubleType)
        {
            var array = Native.ValueGetArrayDouble(ref Data, out var length);
            return new ReadOnlySpan<double>(array, length).ToArray();
        }

        if (type == ArrayImageType)
        {
            var array = Native.ValueGetArrayImage(ref Data, out var length);
            var images = new Image[length];
            for (var i = 0; i < length; i++)
            {
                images[i] = new Image(Native.ObjectRef(array[i]));
            }

            return images;
        }

        if (type == BlobType)
        {
            var blob = Native.ValueGetBlob(ref Data, out var length);
            return new ReadOnlySpan<byte>((void*)blob, checked((int)length)).ToArray();
        }

        throw new ArgumentException($"unsupported gtype for get {NetVips.TypeName(type)}");
    }

    public void Dispose()
    {
        Unset();
        GC.SuppressFinalize(this);
    }

    private void Unset()
    {
        if (!_disposed)
        {
            _disposed = true;
            if (Data.Type != 0)
            {
                Native.ValueUnset(ref Data);
            }
        }
    }
}

using NetVips.Internal;

namespace NetVips;

/// <summary>An image of its own whose metadata may be changed; see <see cref="Image.Mutate"/>.</summary>
public sealed class MutableImage : Image
{
    internal MutableImage(Image copiedImage)
        : base(copiedImage.ObjectRef())
    {
        Image = copiedImage;
    }

    internal Image Image { get; }

    public new void Set(nint gtype, string name, object value)
    {
        using var data = new GValue();
        data.SetType(gtype);
        data.Set(value);
        Native.ImageSet(this, name, ref data.Data);
    }

    public void Set(string name, object value)
    {
        var type = GetTypeOf(name);
        if (type == 0)
        {
            throw new ArgumentException(
                $"metadata item {name} does not exist - use the Set(nint, string, object) overload to create and set");
        }

        Set(type, name, value);
    }

    public bool Remove(string name) => Native.ImageRemove(this, name) != 0;

    public override Image Mutate(Action<MutableImage> action)
    {
        action(this);
        return Image;
    }
}

using System.Runtime.InteropServices;
using NetVips.Internal;

namespace NetVips;

/// <summary>An image, or the recipe for one: operations run when the result is written.</summary>
public unsafe partial class Image : VipsObject
{
    internal Image(nint pointer)
        : base(pointer)
    {
    }

    public delegate void EvalDelegate(Image image, VipsProgress progressStruct);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void EvalSignal(nint image, nint progress, nint data);

    public int Width => Native.ImageWidth(this);

    public int Height => Native.ImageHeight(this);

    public int Bands => Native.ImageBands(this);

    public Enums.BandFormat Format => (Enums.BandFormat)Native.ImageFormat(this);

    public Enums.Interpretation Interpretation => (Enums.Interpretation)Native.ImageInterpretation(this);

    public double Xres => Native.ImageXres(this);

    public double Yres => Native.ImageYres(this);

    public bool HasAlpha() => Native.ImageHasAlpha(this) != 0;

    public new nint GetTypeOf(string name) => Native.ImageGetTypeof(this, name);

    public bool Contains(string name) => GetTypeOf(name) != 0;

    public new object Get(string name)
    {
        if (Native.ImageGet(this, name, out var data) != 0)
        {
            throw new VipsException($"unable to get {name}");
        }

        using var value = new GValue(data);
        return value.Get();
    }

    public string[] GetFields()
    {
        var fields = Native.ImageGetFields(this);
        var names = new List<string>();
        for (var i = 0; fields[i] != 0; i++)
        {
            names.Add(Native.TakeString(fields[i], free: true));
        }

        Native.Free((nint)fields);
        return [.. names];
    }

    /// <summary>A copy whose metadata <paramref name="action"/> may change.</summary>
    public virtual Image Mutate(Action<MutableImage> action)
    {
        using var mutable = new MutableImage(Copy());
        action(mutable);
        return mutable.Image;
    }

    public bool IsKilled() => Native.ImageIsKilled(this) != 0;

    /// <summary>Makes every evaluation of this image fail, also those that run, until it is set back.</summary>
    public void SetKill(bool kill) => Native.ImageSetKill(this, kill ? 1 : 0);

    public void SetProgress(bool progress) => Native.ImageSetProgress(this, progress ? 1 : 0);

    public void SetProgress(IProgress<int> progress, CancellationToken token = default)
    {
        SetProgress(progress != null);
        if (progress == null)
        {
            return;
        }

        var last = 0;
        SignalConnect(Enums.Signals.Eval, (image, state) =>
        {
            if (token.IsCancellationRequested)
            {
                image.SetKill(true);
            }
            else if (state.Percent != last)
            {
                last = state.Percent;
                progress.Report(last);
            }
        });
    }

    public ulong SignalConnect(Enums.Signals signal, EvalDelegate callback, nint data = default)
    {
        var name = signal switch
        {
            Enums.Signals.PreEval => "preeval",
            Enums.Signals.Eval => "eval",
            Enums.Signals.PostEval => "posteval",
            _ => throw new ArgumentOutOfRangeException(nameof(signal)),
        };
        return SignalConnect<EvalSignal>(name, (image, progress, _) =>
        {
            if (image != 0 && progress != 0)
            {
                using var wrapper = new Image(Native.ObjectRef(image));
                callback(wrapper, *(VipsProgress*)progress);
            }
        }, data);
    }

    public override string ToString() => $"<NetVips.Image {Width}x{Height} {Format}, {Bands} bands, {Interpretation}>";

    private object Call(string operationName, VOption options = null, params object[] args) =>
        Operation.Call(operationName, options, this, args);

    private Image Apply(string operationName, VOption options = null, params object[] args) =>
        (Image)Operation.Call(operationName, options, this, args);
}

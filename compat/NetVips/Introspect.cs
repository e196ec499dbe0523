using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using NetVips.Internal;

namespace NetVips;

/// <summary>Which arguments an operation takes and returns, asked of libvips once for each operation.</summary>
public sealed unsafe class Introspect
{
    private static readonly ConcurrentDictionary<string, Introspect> Known = new();

    public Argument? MemberX;

    public readonly bool Mutable;

    public readonly List<Argument> RequiredInput = [];

    public readonly Dictionary<string, Argument> OptionalInput = [];

    public readonly List<Argument> RequiredOutput = [];

    public readonly Dictionary<string, Argument> OptionalOutput = [];

    private Introspect(string operationName)
    {
        using var operation = Operation.NewFromName(operationName);
        if (Native.ObjectGetArgs(operation, out var names, out var flags, out var count) != 0)
        {
            throw new VipsException("unable to get arguments from operation");
        }

        for (var i = 0; i < count; i++)
        {
            var flag = (Enums.ArgumentFlags)(uint)flags[i];
            if (flag.HasFlag(Enums.ArgumentFlags.CONSTRUCT))
            {
                var name = Marshal.PtrToStringUTF8(names[i]).Replace('-', '_');
                Add(new Argument { Name = name, Flags = flag, Type = operation.GetTypeOf(name) });
                Mutable |= flag.HasFlag(Enums.ArgumentFlags.MODIFY | Enums.ArgumentFlags.REQUIRED);
            }
        }
    }

    public static Introspect Get(string operationName) => Known.GetOrAdd(operationName, name => new Introspect(name));

    private void Add(Argument argument)
    {
        var required = argument.Flags.HasFlag(Enums.ArgumentFlags.REQUIRED) && !argument.Flags.HasFlag(Enums.ArgumentFlags.DEPRECATED);
        if (argument.Flags.HasFlag(Enums.ArgumentFlags.INPUT))
        {
            if (!required)
            {
                OptionalInput[argument.Name] = argument;
            }
            else if (!MemberX.HasValue && argument.Type == GValue.ImageType)
            {
                MemberX = argument; // the image that the method is called on
            }
            else
            {
                RequiredInput.Add(argument);
            }
        }
        else if (argument.Flags.HasFlag(Enums.ArgumentFlags.OUTPUT))
        {
            if (required)
            {
                RequiredOutput.Add(argument);
            }
            else
            {
                OptionalOutput[argument.Name] = argument;
            }
        }
    }

    public struct Argument
    {
        public string Name;

        public Enums.ArgumentFlags Flags;

        public nint Type;
    }
}

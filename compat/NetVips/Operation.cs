using NetVips.Internal;

namespace NetVips;

/// <summary>Calls any operation of libvips by its name.</summary>
public class Operation : VipsObject
{
    private Operation(nint pointer)
        : base(pointer)
    {
    }

    public static Operation NewFromName(string operationName)
    {
        var pointer = Native.OperationNew(operationName);
        return pointer == 0 ? throw new VipsException($"no such operation {operationName}") : new Operation(pointer);
    }

    public static object Call(string operationName, params object[] args) => Call(operationName, null, null, args);

    public static object Call(string operationName, VOption kwargs = null, params object[] args) =>
        Call(operationName, kwargs, null, args);

    /// <summary>Runs an operation and returns its output: one object, or an array of them followed by the optional outputs asked for.</summary>
    /// <exception cref="VipsException">libvips refused or failed.</exception>
    /// <exception cref="ArgumentException">Too few or too many arguments, or an option that the operation does not have.</exception>
    public static object Call(string operationName, VOption kwargs = null, Image matchImage = null, params object[] args)
    {
        var signature = Introspect.Get(operationName);
        if (signature.RequiredInput.Count != args.Length)
        {
            throw new ArgumentException(
                $"unable to call {operationName}: {args.Length} arguments given, but {signature.RequiredInput.Count} required");
        }

        nint built;
        using (var operation = NewFromName(operationName))
        {
            operation.SetInputs(operationName, signature, kwargs, matchImage, args);
            built = Native.OperationBuild(operation);
            if (built == 0)
            {
                Native.ObjectUnrefOutputs(operation);
                var cause = args.OfType<Connection>().Select(connection => connection.Exception).FirstOrDefault(e => e != null);
                throw new VipsException($"unable to call {operationName}", cause);
            }
        }

        using var result = new Operation(built);
        var outputs = result.GetOutputs(signature, kwargs);
        Native.ObjectUnrefOutputs(result);
        return outputs.Count == 1 ? outputs[0] : outputs.ToArray();
    }

    public static void Block(string name, bool state) => Native.OperationBlockSet(name, state ? 1 : 0);

    private void SetInputs(string operationName, Introspect signature, VOption kwargs, Image matchImage, object[] args)
    {
        // String options come first, so that they cannot override an argument.
        if (kwargs != null && kwargs.TryGetValue("string_options", out var options) && options is string { Length: > 0 } text && !SetString(text))
        {
            throw new VipsException($"unable to call {operationName}");
        }

        if (matchImage != null && signature.MemberX is { } self)
        {
            Set(self.Type, self.Name, matchImage);
        }

        for (var i = 0; i < args.Length; i++)
        {
            Set(signature.RequiredInput[i].Type, signature.RequiredInput[i].Name, args[i]);
        }

        foreach (var (name, value) in kwargs ?? [])
        {
            if (signature.OptionalInput.TryGetValue(name, out var argument))
            {
                Set(argument.Type, name, value);
            }
            else if (name != "string_options" && !signature.OptionalOutput.ContainsKey(name))
            {
                throw new ArgumentException($"{operationName} does not support optional argument: {name}");
            }
        }
    }

    private List<object> GetOutputs(Introspect signature, VOption kwargs)
    {
        var outputs = signature.RequiredOutput.ConvertAll(argument => Get(argument.Name));
        var optional = new VOption();
        foreach (var name in (kwargs ?? []).Keys.Where(signature.OptionalOutput.ContainsKey))
        {
            optional[name] = Get(name);
        }

        if (optional.Count > 0)
        {
            outputs.Add(optional);
        }

        return outputs;
    }
}

using System.Linq.Expressions;
using System.Reflection;
using static System.Linq.Expressions.Expression;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>Writes a message of one type, field by field.</summary>
internal delegate void EncodeMessage<TEncoder>(object message, ref TEncoder encoder)
    where TEncoder : struct, IWireEncoder, allows ref struct;

/// <summary>
/// Turns tables into code, one method for each message and protocol, on first use: it reads the properties and calls the
/// encoder with no table, no delegate and no box in between.
/// </summary>
internal static class EncoderCompiler<TEncoder>
    where TEncoder : struct, IWireEncoder, allows ref struct
{
    private static readonly WireTableCache<EncodeMessage<TEncoder>> Compiled = new(Compile);

    /// <summary>The method for messages of a table.</summary>
    public static EncodeMessage<TEncoder> Of(WireMessage table) => Compiled.Of(table);

    private static EncodeMessage<TEncoder> Compile(WireMessage table)
    {
        var message = Parameter(typeof(object));
        var encoder = Parameter(typeof(TEncoder).MakeByRefType());
        var typed = Variable(table.Type);
        var fields = table.Members.Select(m => (Member: m, Value: Variable(m.Property!.PropertyType))).ToArray();
        var count = TEncoder.CountsFields ? Count(fields) : Constant(0);
        return Lambda<EncodeMessage<TEncoder>>(
            Block(
                [typed, .. fields.Select(f => f.Value)],
                [
                    Assign(typed, Convert(message, table.Type)),
                    .. fields.Select(f => Assign(f.Value, Property(typed, f.Member.Property!))),
                    Call(encoder, Method(nameof(IWireEncoder.Begin)), count),
                    .. fields.Select(f => Write(encoder, f.Member, f.Value)),
                    Call(encoder, Method(nameof(IWireEncoder.End))),
                ]),
            message,
            encoder).Compile();
    }

    private static Expression Count((WireMember Member, ParameterExpression Value)[] fields)
    {
        Expression count = Constant(fields.Count(f => IsShown(f.Member)));
        foreach (var (member, value) in fields.Where(f => !IsShown(f.Member)))
        {
            count = Expression.Add(count, Condition(IsPresent(value), Constant(1), Constant(0)));
        }

        return count;
    }

    private static Expression Write(ParameterExpression encoder, WireMember member, ParameterExpression value)
    {
        if (value.Type.IsValueType && Nullable.GetUnderlyingType(value.Type) is null)
        {
            return Field(encoder, member, value);
        }

        Expression present = value.Type.IsValueType ? Call(value, nameof(Nullable<int>.GetValueOrDefault), null) : value;
        return IsShown(member)
            ? IfThenElse(IsPresent(value), Field(encoder, member, present), Call(encoder, Method(nameof(IWireEncoder.Absent)), Constant(member)))
            : IfThen(IsPresent(value), Field(encoder, member, present));
    }

    private static MethodCallExpression Field(ParameterExpression encoder, WireMember member, Expression value)
    {
        var method = Method(member.Kind.ToString());
        if (member.Kind == WireKind.MessageMap)
        {
            method = method.MakeGenericMethod(value.Type.GetGenericArguments()[1]);
        }
        else if (value.Type.IsEnum)
        {
            value = Call(typeof(WireEnums), nameof(WireEnums.Name), null, value);
        }

        var wanted = method.GetParameters()[1].ParameterType;
        return Call(encoder, method, Constant(member), value.Type == wanted ? value : Convert(value, wanted));
    }

    private static Expression IsPresent(ParameterExpression value) =>
        value.Type.IsValueType ? Property(value, nameof(Nullable<int>.HasValue)) : ReferenceNotEqual(value, Constant(null));

    private static bool IsShown(WireMember member) => member.AlwaysPresent || !member.Optional;

    private static MethodInfo Method(string name) => typeof(TEncoder).GetMethod(name)!;
}

using System.Linq.Expressions;
using System.Reflection;
using static System.Linq.Expressions.Expression;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>Reads one field of a message and stores it.</summary>
/// <param name="message">The message.</param>
/// <param name="index">Index of the field in <see cref="WireMessage.Members"/>.</param>
/// <param name="decoder">Stands before the value.</param>
internal delegate void DecodeField<TDecoder>(object message, int index, ref TDecoder decoder)
    where TDecoder : struct, IWireDecoder, allows ref struct;

/// <summary>Turns tables into code as <see cref="EncoderCompiler{TEncoder}"/> does: a jump to the field, a call of the decoder, a store.</summary>
internal static class DecoderCompiler<TDecoder>
    where TDecoder : struct, IWireDecoder, allows ref struct
{
    private static readonly WireTableCache<DecodeField<TDecoder>> Compiled = new(Compile);

    /// <summary>The method for messages of a table.</summary>
    public static DecodeField<TDecoder> Of(WireMessage table) => Compiled.Of(table);

    private static DecodeField<TDecoder> Compile(WireMessage table)
    {
        var message = Parameter(typeof(object));
        var index = Parameter(typeof(int));
        var decoder = Parameter(typeof(TDecoder).MakeByRefType());
        var typed = Variable(table.Type);
        var cases = table.Members.Select((member, i) =>
            SwitchCase(Field(typed, member, decoder), Constant(i)));
        return Lambda<DecodeField<TDecoder>>(
            Block([typed], Assign(typed, Convert(message, table.Type)), Switch(index, [.. cases])), message, index, decoder).Compile();
    }

    private static Expression Field(ParameterExpression message, WireMember member, ParameterExpression decoder) =>
        member.Property is { } property ? Store(message, property, member, decoder) : Collect(message, member, decoder);

    private static BlockExpression Store(ParameterExpression message, PropertyInfo property, WireMember member, ParameterExpression decoder)
    {
        var target = Property(message, property);
        var value = member.Kind switch
        {
            WireKind.Message => Call(decoder, Method(member), Constant(member), target),
            WireKind.Messages => Call(decoder, Method(member, property.PropertyType.GetElementType()!), Constant(member)),
            WireKind.MessageMap => Call(decoder, Method(member, property.PropertyType.GetGenericArguments()[1]), Constant(member)),
            _ => Call(decoder, Method(member), Constant(member)),
        };
        if (property.PropertyType.IsEnum)
        {
            value = Call(typeof(WireEnums), nameof(WireEnums.Status), null, value);
        }

        return Block(typeof(void), Assign(target, value.Type == property.PropertyType ? value : Convert(value, property.PropertyType)));
    }

    /// <summary>Adds a field to a list of <see cref="WireField"/>; those of a message within go into the same list.</summary>
    private static MethodCallExpression Collect(ParameterExpression fields, WireMember member, ParameterExpression decoder)
    {
        if (member.Kind == WireKind.Message)
        {
            var inner = Call(decoder, Method(member), Constant(member), Constant(null));
            return Call(fields, nameof(List<WireField>.AddRange), null, Convert(inner, typeof(List<WireField>)));
        }

        var value = Convert(Call(decoder, Method(member), Constant(member)), typeof(object));
        return Call(fields, nameof(List<WireField>.Add), null, New(typeof(WireField).GetConstructors()[0], Constant(member.Name), value));
    }

    private static MethodInfo Method(WireMember member, params Type[] arguments)
    {
        var method = typeof(TDecoder).GetMethod(member.Kind.ToString())!;
        return arguments.Length > 0 ? method.MakeGenericMethod(arguments) : method;
    }
}

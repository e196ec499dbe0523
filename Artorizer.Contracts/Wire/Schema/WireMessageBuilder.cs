using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>Writes down the table of a message, one line a field.</summary>
internal sealed class WireMessageBuilder<TMessage>(Func<TMessage> create)
    where TMessage : class
{
    private readonly List<WireMember> _members = [];

    public WireMessage Build() => new(typeof(TMessage), create, _members);

    public WireMessageBuilder<TMessage> Text(int number, Expression<Func<TMessage, string?>> property) => Add(number, WireKind.Text, property);

    public WireMessageBuilder<TMessage> OptionalText(int number, Expression<Func<TMessage, string?>> property, bool alwaysPresent = false) =>
        Add(number, WireKind.Text, property, optional: true, alwaysPresent);

    /// <summary>A text that is one of few words.</summary>
    public WireMessageBuilder<TMessage> Word(int number, Expression<Func<TMessage, string>> property) =>
        Add(number, WireKind.Text, property, isWord: true);

    public WireMessageBuilder<TMessage> Status(int number, Expression<Func<TMessage, JobStatus>> property) =>
        Add(number, WireKind.Text, property, isWord: true);

    public WireMessageBuilder<TMessage> Flag(int number, Expression<Func<TMessage, bool>> property) => Add(number, WireKind.Flag, property);

    public WireMessageBuilder<TMessage> Int32(int number, Expression<Func<TMessage, int>> property) => Add(number, WireKind.Int32, property);

    public WireMessageBuilder<TMessage> Int32(int number, Expression<Func<TMessage, int?>> property) =>
        Add(number, WireKind.Int32, property, optional: true);

    public WireMessageBuilder<TMessage> Int32(int number, Expression<Func<TMessage, long>> property) => Add(number, WireKind.Int32, property);

    public WireMessageBuilder<TMessage> Int64(int number, Expression<Func<TMessage, long>> property) => Add(number, WireKind.Int64, property);

    public WireMessageBuilder<TMessage> Int64(int number, Expression<Func<TMessage, long?>> property) =>
        Add(number, WireKind.Int64, property, optional: true);

    public WireMessageBuilder<TMessage> Double(int number, Expression<Func<TMessage, double>> property) => Add(number, WireKind.Double, property);

    public WireMessageBuilder<TMessage> Double(int number, Expression<Func<TMessage, double?>> property) =>
        Add(number, WireKind.Double, property, optional: true);

    /// <summary>A count that the older Protobuf schema has as a double.</summary>
    public WireMessageBuilder<TMessage> CountAsDouble(int number, Expression<Func<TMessage, long>> property) =>
        Add(number, WireKind.Double, property, isCount: true);

    public WireMessageBuilder<TMessage> Time(int number, Expression<Func<TMessage, DateTimeOffset>> property, bool text = false) =>
        Add(number, text ? WireKind.TimeText : WireKind.Time, property);

    public WireMessageBuilder<TMessage> Time(
        int number, Expression<Func<TMessage, DateTimeOffset?>> property, bool text = false, bool alwaysPresent = false) =>
        Add(number, text ? WireKind.TimeText : WireKind.Time, property, optional: true, alwaysPresent);

    public WireMessageBuilder<TMessage> Payload(
        int number, int formatNumber, Expression<Func<TMessage, Payload?>> property, bool alwaysPresent = false) =>
        Add(number, WireKind.Payload, property, optional: true, alwaysPresent, formatNumber: formatNumber);

    public WireMessageBuilder<TMessage> One<T>(int number, Expression<Func<TMessage, T?>> property, WireMessage message)
        where T : class => Add(number, WireKind.Message, property, optional: true, message: message);

    public WireMessageBuilder<TMessage> Many<T>(int number, Expression<Func<TMessage, T[]>> property, WireMessage message)
        where T : class => Add(number, WireKind.Messages, property, message: message);

    public WireMessageBuilder<TMessage> Texts(int number, Expression<Func<TMessage, string[]>> property) => Add(number, WireKind.Texts, property);

    public WireMessageBuilder<TMessage> Map(int number, Expression<Func<TMessage, Dictionary<string, string>>> property) =>
        Add(number, WireKind.TextMap, property);

    public WireMessageBuilder<TMessage> Map<T>(
        int number, Expression<Func<TMessage, Dictionary<string, T>?>> property, WireMessage message, bool optional = false)
        where T : class => Add(number, WireKind.MessageMap, property, optional, message: message);

    private WireMessageBuilder<TMessage> Add<TProperty>(
        int number,
        WireKind kind,
        Expression<Func<TMessage, TProperty>> expression,
        bool optional = false,
        bool alwaysPresent = false,
        bool isWord = false,
        bool isCount = false,
        int formatNumber = 0,
        WireMessage? message = null)
    {
        var property = (PropertyInfo)((MemberExpression)expression.Body).Member;
        _members.Add(new WireMember
        {
            Number = number,
            FormatNumber = formatNumber,
            Name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name),
            Kind = kind,
            Property = property,
            Optional = optional,
            AlwaysPresent = alwaysPresent,
            IsWord = isWord,
            IsCount = isCount,
            Message = message,
        });
        return this;
    }
}

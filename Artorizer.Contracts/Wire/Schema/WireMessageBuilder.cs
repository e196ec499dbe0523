using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>Writes down the table of a message, one line a field.</summary>
/// <remarks>Expressions are read for their property only, never compiled; delegates are bound to its accessors, init-only ones included.</remarks>
internal sealed class WireMessageBuilder<TMessage>(Func<TMessage> create)
    where TMessage : class
{
    private readonly List<WireMember> _members = [];

    public WireMessage Build() => new(typeof(TMessage), create, _members);

    public WireMessageBuilder<TMessage> Text(int number, Expression<Func<TMessage, string?>> property) =>
        Direct<string>(number, WireKind.Text, property.Body, optional: false);

    public WireMessageBuilder<TMessage> OptionalText(int number, Expression<Func<TMessage, string?>> property, bool alwaysPresent = false) =>
        Direct<string>(number, WireKind.Text, property.Body, optional: true, alwaysPresent);

    public WireMessageBuilder<TMessage> Status(int number, Expression<Func<TMessage, JobStatus>> property) =>
        Convert<JobStatus, string>(number, WireKind.Text, property.Body, false, WireEnums.Name, WireEnums.Status);

    public WireMessageBuilder<TMessage> Flag(int number, Expression<Func<TMessage, bool>> property) =>
        Convert<bool, bool?>(number, WireKind.Flag, property.Body, false, v => v, v => v.GetValueOrDefault());

    public WireMessageBuilder<TMessage> Int32(int number, Expression<Func<TMessage, int>> property) =>
        Convert<int, long?>(number, WireKind.Int32, property.Body, false, v => v, v => (int)v.GetValueOrDefault());

    public WireMessageBuilder<TMessage> Int32(int number, Expression<Func<TMessage, int?>> property) =>
        Convert<int?, long?>(number, WireKind.Int32, property.Body, true, v => v, v => (int?)v);

    public WireMessageBuilder<TMessage> Int32(int number, Expression<Func<TMessage, long>> property) =>
        Convert<long, long?>(number, WireKind.Int32, property.Body, false, v => v, v => v.GetValueOrDefault());

    public WireMessageBuilder<TMessage> Int64(int number, Expression<Func<TMessage, long>> property) =>
        Convert<long, long?>(number, WireKind.Int64, property.Body, false, v => v, v => v.GetValueOrDefault());

    public WireMessageBuilder<TMessage> Int64(int number, Expression<Func<TMessage, long?>> property) =>
        Direct<long?>(number, WireKind.Int64, property.Body, optional: true);

    public WireMessageBuilder<TMessage> Double(int number, Expression<Func<TMessage, double>> property) =>
        Convert<double, double?>(number, WireKind.Double, property.Body, false, v => v, v => v.GetValueOrDefault());

    public WireMessageBuilder<TMessage> Double(int number, Expression<Func<TMessage, double?>> property) =>
        Direct<double?>(number, WireKind.Double, property.Body, optional: true);

    /// <summary>A count that the older Protobuf schema has as a double.</summary>
    public WireMessageBuilder<TMessage> CountAsDouble(int number, Expression<Func<TMessage, long>> property) =>
        Convert<long, double?>(number, WireKind.Double, property.Body, false, v => v, v => (long)v.GetValueOrDefault(), isCount: true);

    public WireMessageBuilder<TMessage> Time(int number, Expression<Func<TMessage, DateTimeOffset>> property, bool text = false) =>
        Convert<DateTimeOffset, DateTimeOffset?>(number, text ? WireKind.TimeText : WireKind.Time, property.Body, false, v => v, v => v.GetValueOrDefault());

    public WireMessageBuilder<TMessage> Time(int number, Expression<Func<TMessage, DateTimeOffset?>> property, bool text = false, bool alwaysPresent = false) =>
        Direct<DateTimeOffset?>(number, text ? WireKind.TimeText : WireKind.Time, property.Body, optional: true, alwaysPresent);

    public WireMessageBuilder<TMessage> Payload(int number, int formatNumber, Expression<Func<TMessage, Payload?>> property, bool alwaysPresent = false)
    {
        var (info, get, set) = Accessors<Payload>(property.Body);
        return Add(new WireDirectAccessor<TMessage, Payload>(get, set)
        {
            Number = number,
            FormatNumber = formatNumber,
            Name = NameOf(info),
            Kind = WireKind.Payload,
            Optional = true,
            AlwaysPresent = alwaysPresent,
        });
    }

    public WireMessageBuilder<TMessage> One<T>(int number, Expression<Func<TMessage, T?>> property, WireMessage message)
        where T : class =>
        Convert<T?, object>(number, WireKind.Message, property.Body, true, v => v, v => (T)v, message);

    public WireMessageBuilder<TMessage> Many<T>(int number, Expression<Func<TMessage, T[]>> property, WireMessage message)
        where T : class =>
        Convert<T[], object[]>(number, WireKind.Messages, property.Body, false, v => v, Typed<T>, message);

    public WireMessageBuilder<TMessage> Texts(int number, Expression<Func<TMessage, string[]>> property) =>
        Direct<string[]>(number, WireKind.Texts, property.Body, optional: false);

    public WireMessageBuilder<TMessage> Map(int number, Expression<Func<TMessage, Dictionary<string, string>>> property) =>
        Direct<Dictionary<string, string>>(number, WireKind.TextMap, property.Body, optional: false);

    public WireMessageBuilder<TMessage> Map<T>(int number, Expression<Func<TMessage, Dictionary<string, T>?>> property, WireMessage message, bool optional = false)
        where T : class =>
        Convert<Dictionary<string, T>?, KeyValuePair<string, object>[]>(
            number,
            WireKind.MessageMap,
            property.Body,
            optional,
            v => v is null ? null : [.. v.Select(p => KeyValuePair.Create(p.Key, (object)p.Value))],
            v => ToDictionary<T>(v),
            message);

    private static T[] Typed<T>(object[] messages)
    {
        var typed = new T[messages.Length];
        Array.Copy(messages, typed, messages.Length);
        return typed;
    }

    private static Dictionary<string, T> ToDictionary<T>(KeyValuePair<string, object>[] entries)
    {
        var map = new Dictionary<string, T>(entries.Length);
        foreach (var (key, value) in entries)
        {
            map[key] = (T)value;
        }

        return map;
    }

    private static string NameOf(PropertyInfo property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

    private static (PropertyInfo Property, Func<TMessage, TProperty> Get, Action<TMessage, TProperty> Set) Accessors<TProperty>(Expression body)
    {
        var property = (PropertyInfo)((MemberExpression)body).Member;
        return (
            property,
            property.GetMethod!.CreateDelegate<Func<TMessage, TProperty>>(),
            property.SetMethod!.CreateDelegate<Action<TMessage, TProperty>>());
    }

    private WireMessageBuilder<TMessage> Direct<T>(int number, WireKind kind, Expression body, bool optional, bool alwaysPresent = false)
    {
        var (property, get, set) = Accessors<T>(body);
        return Add(new WireDirectAccessor<TMessage, T>(get, set)
        {
            Number = number,
            Name = NameOf(property),
            Kind = kind,
            Optional = optional,
            AlwaysPresent = alwaysPresent,
        });
    }

    private WireMessageBuilder<TMessage> Convert<TProperty, T>(
        int number,
        WireKind kind,
        Expression body,
        bool optional,
        Func<TProperty, T?> toWire,
        Func<T, TProperty> fromWire,
        WireMessage? message = null,
        bool isCount = false)
    {
        var (property, get, set) = Accessors<TProperty>(body);
        return Add(new WireAccessor<TMessage, TProperty, T>(get, set, toWire, fromWire)
        {
            Number = number,
            Name = NameOf(property),
            Kind = kind,
            Optional = optional,
            Message = message,
            IsCount = isCount,
        });
    }

    private WireMessageBuilder<TMessage> Add(WireMember member)
    {
        _members.Add(member);
        return this;
    }
}

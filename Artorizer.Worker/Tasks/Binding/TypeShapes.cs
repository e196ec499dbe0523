using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Artorizer.Worker.Tasks.Binding;

/// <summary>What the binding needs to know of types beyond what the serializer does by itself.</summary>
internal sealed class TypeShapes(JsonSerializerOptions options)
{
    private readonly ConcurrentDictionary<Type, bool> _holdsAnyJson = new();

    /// <summary>
    /// Whether some part of a type takes any JSON as it comes, or reads it with a converter of its own. Such a part must see
    /// bytes as the text that JSON has for them.
    /// </summary>
    public bool HoldsAnyJson(Type type) => _holdsAnyJson.GetOrAdd(type, t => HoldsAnyJson(t, []));

    /// <summary>Constructor parameters in order under their JSON names, or settable properties in order where there are none.</summary>
    public static IReadOnlyList<JsonPropertyInfo> Positions(JsonTypeInfo type)
    {
        var parameters = type.Properties.Where(p => p.AssociatedParameter is { IsMemberInitializer: false })
            .OrderBy(p => p.AssociatedParameter!.Position).ToList();
        return parameters.Count > 0 ? parameters : [.. type.Properties.Where(p => p.Set is not null)];
    }

    /// <summary>Whether a member must be given.</summary>
    public static bool IsRequired(JsonPropertyInfo member) =>
        member.IsRequired || member.AssociatedParameter is { HasDefaultValue: false, IsMemberInitializer: false };

    private bool HoldsAnyJson(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type))
        {
            return false;
        }

        if (type == typeof(object) || type == typeof(JsonElement) || type == typeof(JsonDocument) || typeof(JsonNode).IsAssignableFrom(type))
        {
            return true;
        }

        var info = options.GetTypeInfo(type);
        return IsForeign(info.Converter.GetType())
            || (info.PolymorphismOptions?.DerivedTypes.Any(d => HoldsAnyJson(d.DerivedType, seen)) ?? false)
            || info.Kind switch
            {
                JsonTypeInfoKind.Object => info.Properties.Any(p =>
                    p.IsExtensionData || (p.CustomConverter is { } own && IsForeign(own.GetType())) || HoldsAnyJson(p.PropertyType, seen)),
                JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary => info.ElementType is not { } element || HoldsAnyJson(element, seen),
                _ => false,
            };
    }

    private static bool IsForeign(Type converter) =>
        converter.Assembly != typeof(JsonSerializer).Assembly && converter.Assembly != typeof(TypeShapes).Assembly;
}

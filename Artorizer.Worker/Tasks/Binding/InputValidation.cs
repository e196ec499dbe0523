using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Artorizer.Worker.Tasks.Binding;

/// <summary>
/// Data annotations on properties and on record parameters, which the framework's own validator does not look at; in nested
/// objects and lists too; and <see cref="IValidatableObject"/>. Every error is listed, under the name that the sender used.
/// </summary>
internal static class InputValidation
{
    public static IReadOnlyList<string> Problems(object? value, JsonTypeInfo type)
    {
        var problems = new List<string>();
        Visit(value, type, "", problems);
        return problems;
    }

    private static void Visit(object? value, JsonTypeInfo type, string path, List<string> problems)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when value is not null:
                VisitObject(value, type, path, problems);
                break;
            case JsonTypeInfoKind.Enumerable when value is IEnumerable items && Element(type) is { } element:
                var index = 0;
                foreach (var item in items)
                {
                    Visit(item, element, $"{path}[{index++}]", problems);
                }

                break;
            case JsonTypeInfoKind.Dictionary when value is IDictionary entries && Element(type) is { } element:
                foreach (DictionaryEntry entry in entries)
                {
                    Visit(entry.Value, element, Member(path, entry.Key.ToString() ?? ""), problems);
                }

                break;
        }
    }

    private static void VisitObject(object value, JsonTypeInfo type, string path, List<string> problems)
    {
        var before = problems.Count;
        foreach (var member in type.Properties.Where(p => p.Get is not null))
        {
            var name = Member(path, member.Name);
            var memberValue = member.Get!(value);
            var context = new ValidationContext(value) { MemberName = member.Name, DisplayName = member.Name };
            foreach (var attribute in Attributes(member))
            {
                if (attribute.GetValidationResult(memberValue, context) is { } failure)
                {
                    problems.Add($"{name}: {failure.ErrorMessage}");
                }
            }

            if (memberValue is not null)
            {
                Visit(memberValue, member.Options.GetTypeInfo(member.PropertyType), name, problems);
            }
        }

        // As the framework does: rules over several members may count on each of them being right.
        if (problems.Count == before && value is IValidatableObject validatable)
        {
            foreach (var failure in validatable.Validate(new ValidationContext(value)).OfType<ValidationResult>())
            {
                var names = failure.MemberNames.Select(n => Member(path, JsonName(type, n)));
                problems.Add($"{string.Join(", ", names.DefaultIfEmpty(path.Length == 0 ? "data" : path))}: {failure.ErrorMessage}");
            }
        }
    }

    private static IEnumerable<ValidationAttribute> Attributes(JsonPropertyInfo member) =>
        Of(member.AttributeProvider).Concat(Of(member.AssociatedParameter?.AttributeProvider));

    private static IEnumerable<ValidationAttribute> Of(ICustomAttributeProvider? provider) =>
        provider?.GetCustomAttributes(typeof(ValidationAttribute), inherit: true).Cast<ValidationAttribute>() ?? [];

    // Plain values have nothing to look into, and there may be a million of them.
    private static JsonTypeInfo? Element(JsonTypeInfo type) =>
        type.ElementType is { } element && type.Options.GetTypeInfo(element) is { Kind: not JsonTypeInfoKind.None } info ? info : null;

    private static string JsonName(JsonTypeInfo type, string clrName) =>
        type.Properties.FirstOrDefault(p => (p.AttributeProvider as MemberInfo)?.Name == clrName)?.Name
            ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(clrName);

    private static string Member(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}

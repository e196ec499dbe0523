using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Artorizer.Contracts.Wire;

/// <summary>Which protocol reads a request and which writes its answer: RFC 9110 §8.3 and §12.5.1 as pure functions.</summary>
public static class WireNegotiation
{
    // More ranges than any client sends; the rest of a longer header counts as not sent.
    private const int MaxRanges = 64;

    private static readonly string[] PackedParameters = ["packed", "packed=true", "packed=1"];

    /// <summary>The protocol that reads a body.</summary>
    /// <param name="registry">What is on offer.</param>
    /// <param name="contentType">The header; the default protocol where it is absent.</param>
    /// <param name="protocol">The protocol, if there is one; else answer 415.</param>
    /// <remarks>
    /// Whatever contains <c>msgpack</c>, in any case, is MessagePack; a type that ends in <c>+json</c> is JSON; a parameter
    /// <c>packed</c> makes Cap'n Proto packed.
    /// </remarks>
    public static bool TryGetReader(WireProtocolRegistry registry, string? contentType, [NotNullWhen(true)] out IWireProtocol? protocol)
    {
        ArgumentNullException.ThrowIfNull(registry);
        if (string.IsNullOrWhiteSpace(contentType))
        {
            protocol = registry.Default;
            return true;
        }

        protocol = Find(registry, contentType);
        return protocol is not null;
    }

    /// <summary>The sentence of a 415 answer: why a type is refused, if it is on that list, and what is accepted.</summary>
    public static string UnsupportedMediaType(WireProtocolRegistry registry, string? contentType)
    {
        var reason = contentType is null ? null : RefusedMediaTypes.ReasonFor(contentType);
        return $"{reason ?? "The Content-Type is not supported."} Accepted: {Offered(registry)}.";
    }

    /// <summary>The sentence of a 406 answer, with what is offered.</summary>
    /// <param name="registry">What is on offer.</param>
    /// <param name="messageType">The message that was to be written; protocols that cannot carry it are left out.</param>
    public static string NotAcceptable(WireProtocolRegistry registry, Type messageType) =>
        $"Nothing in Accept can be answered. Offered: {Offered(registry, messageType)}.";

    /// <summary>Media types on offer, separated by commas.</summary>
    public static string Offered(WireProtocolRegistry registry, Type? messageType = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return string.Join(", ", registry.All.Where(p => messageType is null || p.CanCarry(messageType)).Select(p => p.MediaTypes[0]));
    }

    /// <summary>The protocol of the answer: the one that <c>Accept</c> prefers, else the request's own, else the default.</summary>
    /// <param name="registry">What is on offer.</param>
    /// <param name="acceptHeader">The header, its lines joined by commas; <see langword="null"/> or blank when absent.</param>
    /// <param name="requestContentType">The request's own type, if it had a body.</param>
    /// <param name="messageType">The message to be written; protocols that cannot carry it are passed over.</param>
    /// <returns><see langword="null"/> where <c>Accept</c> allows none: answer 406.</returns>
    /// <remarks>
    /// Among equal qualities a type named outright goes before one that a wildcard allows, then the request's own, then the order
    /// of the registry.
    /// </remarks>
    public static IWireProtocol? Choose(WireProtocolRegistry registry, string? acceptHeader, string? requestContentType, Type messageType)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(messageType);
        var own = string.IsNullOrWhiteSpace(requestContentType) ? null : Find(registry, requestContentType);
        if (string.IsNullOrWhiteSpace(acceptHeader))
        {
            return own is not null && own.CanCarry(messageType) ? own : registry.All.FirstOrDefault(p => p.CanCarry(messageType));
        }

        var ranges = Ranges(registry, acceptHeader);
        IWireProtocol? best = null;
        var bestRank = (Quality: 0.0, Specificity: 0, Own: false);
        foreach (var protocol in registry.All)
        {
            var (quality, specificity) = Rate(protocol, ranges);
            var rank = (quality, specificity, ReferenceEquals(protocol, own));
            if (quality > 0 && rank.CompareTo(bestRank) > 0 && protocol.CanCarry(messageType))
            {
                (best, bestRank) = (protocol, rank);
            }
        }

        return best;
    }

    private static IWireProtocol? Find(WireProtocolRegistry registry, string mediaType)
    {
        var (bare, parameters) = Split(mediaType);
        if (bare.Contains("msgpack", StringComparison.OrdinalIgnoreCase))
        {
            return registry.All.FirstOrDefault(p => p is MessagePackWireProtocol);
        }

        if (bare.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
        {
            return registry.All.FirstOrDefault(p => p is JsonWireProtocol);
        }

        registry.TryGet(bare, out var protocol);
        return protocol == CapnProtoWireProtocol.Unpacked && IsPacked(parameters)
            ? registry.All.FirstOrDefault(p => p == CapnProtoWireProtocol.Packed)
            : protocol;
    }

    private static (string Bare, string[] Parameters) Split(string mediaType)
    {
        var parts = mediaType.Split(';', StringSplitOptions.TrimEntries);
        return (parts[0], parts[1..]);
    }

    private static bool IsPacked(string[] parameters) =>
        parameters.Any(p => PackedParameters.Contains(p, StringComparer.OrdinalIgnoreCase));

    private static List<Range> Ranges(WireProtocolRegistry registry, string header)
    {
        var ranges = new List<Range>();
        foreach (var part in header.Split(',', MaxRanges + 1, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(MaxRanges))
        {
            var (bare, parameters) = Split(part);
            if (bare.IndexOf('/', StringComparison.Ordinal) > 0)
            {
                var named = bare.EndsWith("/*", StringComparison.Ordinal) ? null : Find(registry, part);
                ranges.Add(new Range(bare, named, Quality(parameters)));
            }
        }

        return ranges;
    }

    private static double Quality(string[] parameters)
    {
        foreach (var parameter in parameters)
        {
            if (parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase))
            {
                return double.TryParse(parameter.AsSpan(2), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quality)
                    ? Math.Clamp(quality, 0, 1)
                    : 0;
            }
        }

        return 1;
    }

    /// <summary>Quality that the most specific range which fits gives; the best of several that are equally specific.</summary>
    private static (double Quality, int Specificity) Rate(IWireProtocol protocol, List<Range> ranges)
    {
        var rate = (Quality: 0.0, Specificity: 0);
        foreach (var range in ranges)
        {
            var specificity =
                range.Named == protocol ? 3
                : range.Text == "*/*" ? 1
                : range.Text.EndsWith("/*", StringComparison.Ordinal)
                    && protocol.MediaTypes[0].StartsWith(range.Text[..^1], StringComparison.OrdinalIgnoreCase) ? 2
                : 0;
            if (specificity > rate.Specificity || (specificity > 0 && specificity == rate.Specificity && range.Quality > rate.Quality))
            {
                rate = (range.Quality, specificity);
            }
        }

        return rate;
    }

    private sealed record Range(string Text, IWireProtocol? Named, double Quality);
}

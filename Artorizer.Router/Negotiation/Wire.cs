using System.Buffers;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Wire;
using Artorizer.Router.Errors;

namespace Artorizer.Router.Negotiation;

/// <summary>What endpoints use to read and answer messages.</summary>
internal static class Wire
{
    /// <summary>200 with a message.</summary>
    public static WireResult<T> Ok<T>(T value)
        where T : notnull => new(value);

    /// <summary>202 with a message.</summary>
    public static WireResult<T> Accepted<T>(T value)
        where T : notnull => new(value, StatusCodes.Status202Accepted);

    /// <summary>Refuses a request with 406 before anything is done for it, when no answer to it would be acceptable.</summary>
    public static TBuilder RequireAcceptable<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter(static (context, next) =>
        {
            RequireAnswer<ProblemView>(context.HttpContext);
            return next(context);
        });

    /// <summary>The protocol that writes the answer: what <c>Accept</c> prefers, else the request's own, else JSON.</summary>
    /// <remarks>An error is told in any case, in JSON if need be.</remarks>
    public static IWireProtocol Answer<T>(HttpContext http) =>
        typeof(T) == typeof(ProblemView) ? Choose<T>(http) ?? Registry(http).Default : RequireAnswer<T>(http);

    /// <summary>The protocol of the request's body, or 415 with what is offered.</summary>
    public static IWireProtocol Protocol(HttpContext http) =>
        WireNegotiation.TryGetReader(Registry(http), http.Request.ContentType, out var protocol)
            ? protocol
            : throw new ApiException(
                StatusCodes.Status415UnsupportedMediaType,
                "Unsupported media type",
                WireNegotiation.UnsupportedMediaType(Registry(http), http.Request.ContentType));

    /// <summary>Reads the body as a message, at most <paramref name="limit"/> bytes of it.</summary>
    public static Task<T> ReadAsync<T>(HttpContext http, int limit)
        where T : notnull
    {
        var protocol = Protocol(http);
        RequireCarried(http, protocol.CanCarry(typeof(T)));
        return ReadAsync(http, limit, body => protocol.Deserialize<T>(body));
    }

    /// <summary>Reads the body of a message <typeparamref name="T"/> as named fields, so that unknown ones can be refused by name.</summary>
    public static Task<IReadOnlyList<WireField>> ReadFieldsAsync<T>(HttpContext http, int limit)
    {
        var protocol = Protocol(http);
        RequireCarried(http, protocol.CanCarry(typeof(T)));
        return ReadAsync(http, limit, body => protocol.ReadFields(body, typeof(T)));
    }

    /// <summary>Reads the body as named fields, at most <paramref name="limit"/> bytes of it.</summary>
    public static Task<IReadOnlyList<WireField>> ReadFieldsAsync(HttpContext http, int limit)
    {
        var protocol = Protocol(http);
        return ReadAsync(http, limit, body => protocol.ReadFields(body));
    }

    private static void RequireCarried(HttpContext http, bool carried)
    {
        if (!carried)
        {
            throw new ApiException(
                StatusCodes.Status415UnsupportedMediaType,
                "Unsupported media type",
                $"{http.Request.ContentType} does not carry this message; JSON carries every one.");
        }
    }

    private static IWireProtocol RequireAnswer<T>(HttpContext http) =>
        Choose<T>(http) ?? throw new ApiException(
            StatusCodes.Status406NotAcceptable, "Not acceptable", WireNegotiation.NotAcceptable(Registry(http), typeof(T)));

    private static IWireProtocol? Choose<T>(HttpContext http) =>
        WireNegotiation.Choose(Registry(http), http.Request.Headers.Accept.ToString(), http.Request.ContentType, typeof(T));

    private static WireProtocolRegistry Registry(HttpContext http) => http.RequestServices.GetRequiredService<WireProtocolRegistry>();

    private static async Task<T> ReadAsync<T>(HttpContext http, int limit, Func<ReadOnlySequence<byte>, T> parse)
    {
        if (http.Request.ContentLength > limit)
        {
            throw ApiException.TooLarge(limit);
        }

        var reader = http.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(http.RequestAborted);
            if (result.Buffer.Length > limit)
            {
                reader.AdvanceTo(result.Buffer.End);
                throw ApiException.TooLarge(limit);
            }

            if (result.IsCompleted)
            {
                try
                {
                    return parse(result.Buffer);
                }
                finally
                {
                    // Whatever is wrong with the message: without this the server would close the connection under the next one.
                    reader.AdvanceTo(result.Buffer.End);
                }
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }
}

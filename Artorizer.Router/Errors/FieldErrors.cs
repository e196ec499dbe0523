using Artorizer.Contracts.Api;

namespace Artorizer.Router.Errors;

/// <summary>
/// Collects what is wrong with the fields of one request, so that its sender learns all of it at once and not one by one.
/// </summary>
internal sealed class FieldErrors
{
    // Who sends more nonsense than this has sent something else than a request.
    private const int Max = 20;

    private readonly List<ApiException> _errors = [];

    /// <summary>Whether anything is wrong so far.</summary>
    public bool Any => _errors.Count > 0;

    /// <summary>Adds an error.</summary>
    /// <exception cref="ApiException">There are too many to go on.</exception>
    public void Add(ApiException error)
    {
        _errors.Add(error);
        if (_errors.Count == Max)
        {
            ThrowIfAny();
        }
    }

    /// <summary>The value, or another one where reading it found an error, which is kept.</summary>
    public T? Read<T>(Func<T?> read, T? otherwise = default)
    {
        try
        {
            return read();
        }
        catch (ApiException e) when (Takes(e))
        {
            Add(e);
            return otherwise;
        }
    }

    /// <summary>Does something; an error that it finds is kept.</summary>
    public async Task RunAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (ApiException e) when (Takes(e))
        {
            Add(e);
        }
    }

    /// <summary>Refuses the request with all that was found.</summary>
    /// <exception cref="ApiException">400: something is wrong. <c>error</c>, <c>field</c> and <c>code</c> are of what was found first.</exception>
    public void ThrowIfAny()
    {
        if (_errors is [var only])
        {
            throw only;
        }

        if (_errors is [var first, ..])
        {
            FieldProblem[] all = [.. _errors.SelectMany(static e => e.Errors)];
            throw new ApiException(
                StatusCodes.Status400BadRequest,
                first.Error,
                string.Join("; ", all.Select(static e => $"{e.Field}: {e.Message}")))
            {
                Field = first.Field,
                Code = first.Code,
                Errors = all,
            };
        }
    }

    // What is collected: a refusal of a field.
    private static bool Takes(ApiException error) => error is { Status: StatusCodes.Status400BadRequest, Field: not null };
}

namespace Artorizer.Router.Protect;

/// <summary>Text of the OpenAPI document.</summary>
internal static class ProtectDocumentation
{
    public const string Description = """
        Send the image as the file field `image` of a multipart form, as a raw `image/*` body with the other fields in the
        query string, or as a JSON object with `image_url` or `upload_id`. Exactly one image source is required. Names may be snake_case or camelCase.

        | field | limit | default |
        |---|---|---|
        | artist_name, artwork_title | required, 1–120 and 1–200 characters | |
        | image_url | absolute http(s) address of a public server | |
        | upload_id | id of a complete upload by `POST /uploads`, tus or WebSocket | |
        | artwork_description | at most 2000 characters | |
        | artwork_creation_time | ISO 8601 | |
        | tags | list or comma list, at most 25 of at most 50 characters | |
        | extra_metadata | object or JSON text, at most 5000 characters | |
        | include_hash_analysis, include_protection | boolean | true |
        | processors | names of the image engine's analyzers; those that come along are metadata, imagehash, dhash, blockhash | all |
        | watermark_strategy | a strategy of the image engine; those that come along are robust, invisible-watermark, visible, none | robust |
        | watermark_strength / watermark_text | 0..1 / at most 200 characters | 0.5 / of the visible one © and the artist, else the artwork's id |
        | priority | 0..9 | 5 |
        | via | queue, storage, grpc, direct | queue |
        | force | boolean: do it although you have the same image with the same wishes | false |
        | callback_url, callback_auth_token | told of progress and completion | |

        202: accepted, survives any crash from here on. 200 with status `exists`: the same owner sent the same
        bytes with the same wishes before; this is what came of it. The same bytes with other wishes are a new version, and
        `previous_job_id` names the one before. How and how soon (`via`, `priority`) and the callback's token are no wishes.
        200 with a result: `via` was one of the synchronous modes. The header `Idempotency-Key` makes a repeated request safe.
        """;
}

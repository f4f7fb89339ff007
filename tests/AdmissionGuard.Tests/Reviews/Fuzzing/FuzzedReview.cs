using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Tests.Reviews.Fuzzing;

/// <summary>A review as the API server could write it, and what is changed in it.</summary>
internal sealed record FuzzedReview(JsonTree Whole, ImmutableArray<Mutation> Mutations)
{
    private static readonly Gen<string> AnyReference = Gen.OneOf("oil=u1", "gas=u2", "gas=gas-uid", "cm:one=c1", "cm:two=c2", "=");

    private static readonly Gen<JsonObject> AnyNamespace = Gen.Select(
        Gen.OneOf<string?>(null, "", "oil", "gas"),
        AnyReference.Array[0, 3],
        Gen.Int[0, 255],
        (label, references, shape) => Shaped(Namespace(label, references), shape));

    private static readonly Gen<JsonTree> AnyReview = Gen.Select(
        Gen.OneOf("UPDATE", "UPDATE", "CREATE", "DELETE", "PATCH"),
        AnyNamespace,
        AnyNamespace,
        Gen.OneOf("", "", "status", "finalize"),
        Gen.Int[0, 255],
        (operation, old, received, subResource, shape) => JsonTree.Of(
            Asked(Review(operation, operation == "CREATE" ? null : old, received, subResource), shape)));

    /// <summary>Up to four changes, so that most are still JSON and many still a review.</summary>
    public static Gen<FuzzedReview> All { get; } =
        Gen.Select(AnyReview, Mutation.All.Array[0, 4], (whole, mutations) => new FuzzedReview(whole, [.. mutations]));

    public byte[] Bytes() => Mutations.Aggregate(
        Encoding.UTF8.GetBytes(Mutations.Aggregate(Whole, (tree, mutation) => mutation.Apply(tree)).ToString()),
        (text, mutation) => mutation.Apply(text));

    public override string ToString() => $"{string.Join(' ', Mutations)}\n{Encoding.UTF8.GetString(Bytes())}";

    // Bits of the shape: what only some namespaces have.
    private static JsonObject Shaped(JsonObject of, int shape)
    {
        var metadata = of["metadata"]!.AsObject();
        if ((shape & 1) != 0)
        {
            metadata["annotations"]!["admissionguard.io/reason"] = "CHG-1";
            metadata["annotations"]!["admissionguard.io/override"] = "night shift";
        }

        if ((shape & 2) != 0)
        {
            metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z";
        }

        if ((shape & 4) != 0)
        {
            metadata["ownerReferences"]?.AsArray().Add(
                new JsonObject
                {
                    ["apiVersion"] = "capsule.clastix.io/v1beta1",
                    ["kind"] = "ResourcePool",
                    ["name"] = "pool",
                    ["uid"] = "p1",
                });
        }

        if ((shape & 8) != 0)
        {
            metadata.Remove("labels");
            metadata["annotations"] = null;
        }

        return of;
    }

    private static JsonObject Asked(JsonObject review, int shape)
    {
        var request = review["request"]!.AsObject();
        if ((shape & 1) != 0)
        {
            request["userInfo"]!["groups"]!.AsArray().Add("dev");
            request["userInfo"]!["extra"]!["example.com/team"] = new JsonArray();
        }

        request["dryRun"] = (shape & 2) != 0;
        if ((shape & 4) != 0)
        {
            request["options"] = null;
        }

        return review;
    }
}

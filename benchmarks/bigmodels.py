"""Video models of true size with random weights, saved to folders as real ones are; what they draw is noise.

Source: the configurations that Wan 2.1 (1.3 thousand million numbers), Wan-VACE of that size and LTX-Video 0.9 publish;
the text encoders are as wide and have two layers.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

GIVEN = {"origin": "built for a benchmark", "licence": "cc0-1.0", "training": "nothing; random"}
LTX2_LAYERS = 3
WIDTH = 4096  # of what the text encoders give


def save(kind: str, into: Path, device: str, *, tiny: bool) -> Path:
    """Save a model: ``wan``, ``wan-vace``, ``ltx`` or ``ltx2``; built on the device, it takes seconds."""
    if tiny:
        from tests.openweights import save as save_tiny

        return save_tiny(kind, into)
    import torch

    torch.manual_seed(7)
    with torch.device(device):
        made = _KINDS[kind]()
    made.save_pretrained(into, safe_serialization=True)
    del made
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return into


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = ["<pad>", "</s>", "<unk>", "smoke", "over", "the", "roof", "bad"]
    inner = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=512
    )


def _text(config_class: Any, encoder_class: Any) -> dict[str, Any]:
    import torch

    config = config_class(
        vocab_size=512, d_model=WIDTH, d_kv=64, d_ff=10240, num_layers=2, num_heads=64, feed_forward_proj="gated-gelu"
    )
    return {"tokenizer": _tokenizer(), "text_encoder": encoder_class(config).eval().to(torch.bfloat16)}


def _wan(*, vace: bool) -> Any:
    import diffusers
    import torch
    from transformers import UMT5Config, UMT5EncoderModel

    net: dict[str, Any] = {
        "patch_size": (1, 2, 2),
        "num_attention_heads": 12,
        "attention_head_dim": 128,
        "in_channels": 16,
        "out_channels": 16,
        "text_dim": WIDTH,
        "freq_dim": 256,
        "ffn_dim": 8960,
        "num_layers": 30,
        "cross_attn_norm": True,
        "qk_norm": "rms_norm_across_heads",
        "rope_max_seq_len": 1024,
    }
    if vace:
        transformer: Any = diffusers.WanVACETransformer3DModel(
            **net, vace_layers=list(range(0, 30, 2)), vace_in_channels=96
        )
    else:
        transformer = diffusers.WanTransformer3DModel(**net)
    parts = {
        "transformer": transformer.eval().to(torch.bfloat16),
        "vae": diffusers.AutoencoderKLWan().eval(),
        "scheduler": _on_cpu(
            lambda: diffusers.UniPCMultistepScheduler(
                prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
            )
        ),
        **_text(UMT5Config, UMT5EncoderModel),
    }
    return diffusers.WanVACEPipeline(**parts) if vace else diffusers.WanPipeline(**parts)


def _ltx() -> Any:
    import diffusers
    import torch
    from transformers import T5Config, T5EncoderModel

    return diffusers.LTXPipeline(
        transformer=diffusers.LTXVideoTransformer3DModel().eval().to(torch.bfloat16),
        vae=diffusers.AutoencoderKLLTXVideo().eval().to(torch.bfloat16),
        scheduler=_on_cpu(diffusers.FlowMatchEulerDiscreteScheduler),
        **_text(T5Config, T5EncoderModel),
    )


def _ltx2() -> Any:
    """As wide as LTX-2, with a few of its 48 layers."""
    import diffusers
    import torch
    from diffusers.pipelines.ltx2 import LTX2TextConnectors
    from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder
    from transformers import Gemma3Config, Gemma3ForConditionalGeneration

    wide, layers = 3840, 2
    config = Gemma3Config(
        text_config={
            "hidden_size": wide,
            "intermediate_size": 15360,
            "num_hidden_layers": layers,
            "num_attention_heads": 16,
            "num_key_value_heads": 8,
            "head_dim": 256,
            "vocab_size": 512,
        },
        vision_config={
            "hidden_size": 64,
            "intermediate_size": 64,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "image_size": 28,
            "patch_size": 14,
        },
        mm_tokens_per_image=4,
        image_token_index=500,
        boi_token_index=501,
        eoi_token_index=502,
    )
    nets = {
        "transformer": diffusers.LTX2VideoTransformer3DModel(num_layers=LTX2_LAYERS, rope_type="split"),
        "vae": diffusers.AutoencoderKLLTX2Video(spatial_compression_ratio=32, temporal_compression_ratio=8),
        "audio_vae": diffusers.AutoencoderKLLTX2Audio(),
        "connectors": LTX2TextConnectors(text_proj_in_factor=layers + 1, rope_type="split"),
        "vocoder": LTX2Vocoder(),
        "text_encoder": Gemma3ForConditionalGeneration(config),
    }
    return diffusers.LTX2Pipeline(
        **{name: net.eval().to(torch.bfloat16) for name, net in nets.items()},
        tokenizer=_tokenizer(),
        scheduler=_on_cpu(diffusers.FlowMatchEulerDiscreteScheduler),
    )


def _on_cpu(make: Callable[[], Any]) -> Any:
    """Schedulers count in the machine's own memory."""
    import torch

    with torch.device("cpu"):
        return make()


_KINDS: dict[str, Callable[[], Any]] = {
    "wan": lambda: _wan(vace=False),
    "wan-vace": lambda: _wan(vace=True),
    "ltx": _ltx,
    "ltx2": _ltx2,
}

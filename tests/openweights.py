"""Tiny video models with random weights, saved to folders as real ones are; what they draw is noise."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from manyhands.openweight import cards

_KEPT = tempfile.TemporaryDirectory(prefix="manyhands-tiny-")
WORDS = ["<pad>", "</s>", "<unk>", "smoke", "over", "the", "roof", "bad"]


def quiet() -> None:
    """Keep what the libraries say at their import from failing a test."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import diffusers
        import transformers

        diffusers.utils.logging.set_verbosity_error()
        transformers.utils.logging.set_verbosity_error()


def _text() -> dict[str, Any]:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, T5Config, T5EncoderModel

    inner = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=512
    )
    config = T5Config(vocab_size=512, d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4)
    return {"tokenizer": tokenizer, "text_encoder": T5EncoderModel(config).eval()}


def _wan_parts(*, vace: bool = False, image: bool = False) -> dict[str, Any]:
    from diffusers import (
        AutoencoderKLWan,
        UniPCMultistepScheduler,
        WanTransformer3DModel,
        WanVACETransformer3DModel,
    )

    net: dict[str, Any] = {
        "patch_size": (1, 2, 2),
        "num_attention_heads": 2,
        "attention_head_dim": 12,
        "in_channels": 36 if image else 16,
        "out_channels": 16,
        "text_dim": 32,
        "freq_dim": 256,
        "ffn_dim": 32,
        "num_layers": 3,
        "cross_attn_norm": True,
        "qk_norm": "rms_norm_across_heads",
        "rope_max_seq_len": 32,
    }
    vae = AutoencoderKLWan(
        base_dim=3,
        z_dim=16,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
    )
    if vace:
        transformer = WanVACETransformer3DModel(**net, vace_layers=[0, 2], vace_in_channels=96)
    else:
        transformer = WanTransformer3DModel(**net)
    scheduler = UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)
    return {"vae": vae.eval(), "transformer": transformer.eval(), "scheduler": scheduler, **_text()}


def _ltx_parts() -> dict[str, Any]:
    from diffusers import AutoencoderKLLTXVideo, FlowMatchEulerDiscreteScheduler, LTXVideoTransformer3DModel

    transformer = LTXVideoTransformer3DModel(
        in_channels=8,
        out_channels=8,
        patch_size=1,
        patch_size_t=1,
        num_attention_heads=4,
        attention_head_dim=8,
        cross_attention_dim=32,
        num_layers=2,
        caption_channels=32,
    )
    vae = AutoencoderKLLTXVideo(
        in_channels=3,
        out_channels=3,
        latent_channels=8,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1, 1),
        spatio_temporal_scaling=(True, True, False, False),
        decoder_spatio_temporal_scaling=(True, True, False, False),
        decoder_inject_noise=(False, False, False, False, False),
        upsample_residual=(False, False, False, False),
        upsample_factor=(1, 1, 1, 1),
        timestep_conditioning=False,
        patch_size=1,
        patch_size_t=1,
        encoder_causal=True,
        decoder_causal=False,
    )
    vae.use_framewise_encoding = False
    vae.use_framewise_decoding = False
    return {
        "vae": vae.eval(),
        "transformer": transformer.eval(),
        "scheduler": FlowMatchEulerDiscreteScheduler(),
        **_text(),
    }


def _ltx2_parts() -> dict[str, Any]:
    from diffusers import (
        AutoencoderKLLTX2Audio,
        AutoencoderKLLTX2Video,
        FlowMatchEulerDiscreteScheduler,
        LTX2VideoTransformer3DModel,
    )
    from diffusers.pipelines.ltx2 import LTX2TextConnectors
    from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder
    from transformers import Gemma3Config, Gemma3ForConditionalGeneration

    wide, layers = 16, 2
    encoder = Gemma3ForConditionalGeneration(
        Gemma3Config(
            text_config={
                "hidden_size": wide,
                "intermediate_size": 2 * wide,
                "num_hidden_layers": layers,
                "num_attention_heads": 2,
                "num_key_value_heads": 1,
                "head_dim": 8,
                "vocab_size": 64,
            },
            vision_config={
                "hidden_size": wide,
                "intermediate_size": wide,
                "num_hidden_layers": 1,
                "num_attention_heads": 2,
                "image_size": 28,
                "patch_size": 14,
            },
            mm_tokens_per_image=4,
            image_token_index=60,
            boi_token_index=61,
            eoi_token_index=62,
        )
    )
    transformer = LTX2VideoTransformer3DModel(
        in_channels=4,
        out_channels=4,
        num_attention_heads=2,
        attention_head_dim=12,
        cross_attention_dim=24,
        vae_scale_factors=(8, 8, 8),
        audio_in_channels=4,
        audio_out_channels=4,
        audio_num_attention_heads=2,
        audio_attention_head_dim=4,
        audio_cross_attention_dim=8,
        num_layers=3,
        caption_channels=wide,
        rope_double_precision=False,
        rope_type="split",
    )
    connectors = LTX2TextConnectors(
        caption_channels=wide,
        text_proj_in_factor=layers + 1,
        video_connector_num_attention_heads=2,
        video_connector_attention_head_dim=8,
        video_connector_num_layers=1,
        video_connector_num_learnable_registers=None,
        audio_connector_num_attention_heads=2,
        audio_connector_attention_head_dim=8,
        audio_connector_num_layers=1,
        audio_connector_num_learnable_registers=None,
        connector_rope_base_seq_len=32,
        rope_double_precision=False,
        rope_type="split",
    )
    vae = AutoencoderKLLTX2Video(
        latent_channels=4,
        block_out_channels=(8, 8, 8),
        down_block_types=("LTX2VideoDownBlock3D",) * 3,
        decoder_block_out_channels=(8, 8, 8),
        layers_per_block=(1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1),
        spatio_temporal_scaling=(True, True, True),
        downsample_type=("spatiotemporal",) * 3,
        upsample_residual=(False, False, False),
        upsample_factor=(1, 1, 1),
        patch_size=1,
        decoder_causal=False,
    )
    audio_vae = AutoencoderKLLTX2Audio(
        base_channels=4,
        ch_mult=(1,),
        num_res_blocks=1,
        resolution=32,
        latent_channels=2,
        mel_bins=8,
    )
    vocoder = LTX2Vocoder(
        in_channels=16,
        hidden_channels=16,
        upsample_kernel_sizes=[4, 4],
        upsample_factors=[2, 2],
        resnet_kernel_sizes=[3],
        resnet_dilations=[[1, 3, 5]],
        output_sampling_rate=16000,
    )
    made = {"vae": vae, "audio_vae": audio_vae, "transformer": transformer, "connectors": connectors}
    return {
        **{name: part.eval() for name, part in made.items()},
        "vocoder": vocoder.eval(),
        "scheduler": FlowMatchEulerDiscreteScheduler(),
        "tokenizer": _text()["tokenizer"],
        "text_encoder": encoder.eval(),
    }


def _cog_parts() -> dict[str, Any]:
    from diffusers import AutoencoderKLCogVideoX, CogVideoXDDIMScheduler, CogVideoXTransformer3DModel

    transformer = CogVideoXTransformer3DModel(
        num_attention_heads=4,
        attention_head_dim=8,
        in_channels=4,
        out_channels=4,
        time_embed_dim=2,
        text_embed_dim=32,
        num_layers=2,
        sample_width=2,
        sample_height=2,
        sample_frames=9,
        patch_size=2,
        temporal_compression_ratio=4,
        max_text_seq_length=226,
    )
    vae = AutoencoderKLCogVideoX(
        in_channels=3,
        out_channels=3,
        down_block_types=("CogVideoXDownBlock3D",) * 4,
        up_block_types=("CogVideoXUpBlock3D",) * 4,
        block_out_channels=(8, 8, 8, 8),
        latent_channels=4,
        layers_per_block=1,
        norm_num_groups=2,
        temporal_compression_ratio=4,
    )
    return {
        "vae": vae.eval(),
        "transformer": transformer.eval(),
        "scheduler": CogVideoXDDIMScheduler(),
        **_text(),
    }


def save(kind: str, into: Path) -> Path:
    """Save a tiny model to a folder: ``wan``, ``wan-image``, ``wan-vace``, ``ltx``, ``ltx2``, ``ltx2-hdr`` or
    ``cogvideox``."""
    quiet()
    import diffusers
    import torch

    before = torch.get_rng_state()
    torch.manual_seed(7)
    if kind == "wan":
        made: Any = diffusers.WanPipeline(**_wan_parts())
    elif kind == "wan-image":
        made = diffusers.WanImageToVideoPipeline(**_wan_parts(image=True), image_processor=None, image_encoder=None)
    elif kind == "wan-vace":
        made = diffusers.WanVACEPipeline(**_wan_parts(vace=True))
    elif kind == "ltx":
        made = diffusers.LTXPipeline(**_ltx_parts())
    elif kind == "ltx2":
        made = diffusers.LTX2Pipeline(**_ltx2_parts())
    elif kind == "ltx2-hdr":
        made = diffusers.LTX2HDRPipeline(**_ltx2_parts())
    else:
        made = diffusers.CogVideoXVideoToVideoPipeline(**_cog_parts())
    torch.set_rng_state(before)
    made.save_pretrained(into, safe_serialization=True)
    return into


@cache
def _saved_once(kind: str) -> Path:
    return save(kind, Path(_KEPT.name) / kind)


def carded(kind: str, *, accepted_by: str = "Person A") -> str:
    """The name of a tiny model whose card lies in the folder that ``MANYHANDS_MODELS`` names now."""
    weights = cards.models_folder() / kind / cards.WEIGHTS
    if not (cards.models_folder() / kind / cards.CARD).is_file():
        shutil.copytree(_saved_once(kind), weights)
        card = cards.drawn_up(kind, weights, origin="made in a test", licence="cc0-1.0", training="nothing; random")
        cards.keep(card.but(accepted_by=accepted_by))
    return kind
